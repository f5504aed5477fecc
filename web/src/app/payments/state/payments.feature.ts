import {
  type GetPaymentConfigResponse,
  type ListPaymentsResponse,
  type Payment,
  PaymentStatus,
  type Refund,
} from '@finflow/proto/finflow/payments/v1/payment_pb';
import { createFeature, createReducer, on } from '@ngrx/store';
import {
  failed,
  idle,
  loaded,
  loading,
  type Mutation,
  pending,
  type Remote,
  refused,
  resting,
} from '../../state/remote.ts';
import type { PaymentQuery } from '../payment.ts';
import { PaymentsApiActions, PaymentsPageActions } from './payments.actions.ts';

export interface OpenPayment {
  readonly payment: Payment;
  readonly refunds: readonly Refund[];
}

/** A page of the list, and what it is an answer to: not always what the address bar asks by now. */
export interface PaymentsPage {
  readonly page: ListPaymentsResponse;
  readonly query: PaymentQuery;
}

export interface PaymentsState {
  readonly list: Remote<PaymentsPage>;
  /** The payment whose page is open. */
  readonly open: Remote<OpenPayment>;
  readonly config: Remote<GetPaymentConfigResponse>;
  readonly charge: Mutation & {
    /** The last attempt of this dialog, while it was declined. */
    readonly declined: Payment | null;
    /** What came of it, once money moved or is about to. */
    readonly done: Payment | null;
  };
  readonly refund: Mutation & { readonly done: Refund | null };
}

const initialState: PaymentsState = {
  list: idle,
  open: idle,
  config: idle,
  charge: { ...resting, declined: null, done: null },
  refund: { ...resting, done: null },
};

export const paymentsFeature = createFeature({
  name: 'payments',
  reducer: createReducer(
    initialState,
    on(PaymentsPageActions.listOpened, (state): PaymentsState => ({ ...state, list: loading(state.list) })),
    on(
      PaymentsApiActions.listLoaded,
      (state, { page, query }): PaymentsState => ({ ...state, list: loaded({ page, query }) }),
    ),
    on(
      PaymentsApiActions.listFailed,
      (state, { problem }): PaymentsState => ({ ...state, list: failed(state.list, problem) }),
    ),

    on(PaymentsPageActions.detailOpened, (state, { id }): PaymentsState => {
      const known = state.open.data?.payment.id === id ? state.open : idle;
      return { ...state, open: loading<OpenPayment>(known) };
    }),
    on(
      PaymentsApiActions.paymentLoaded,
      (state, { payment, refunds }): PaymentsState => ({ ...state, open: loaded({ payment, refunds }) }),
    ),
    on(
      PaymentsApiActions.paymentFailed,
      (state, { problem }): PaymentsState => ({ ...state, open: failed(state.open, problem) }),
    ),

    on(
      PaymentsPageActions.chargeOpened,
      (state): PaymentsState => ({ ...state, charge: initialState.charge, config: loading(state.config) }),
    ),
    on(PaymentsApiActions.configLoaded, (state, { config }): PaymentsState => ({ ...state, config: loaded(config) })),
    on(
      PaymentsApiActions.configFailed,
      (state, { problem }): PaymentsState => ({ ...state, config: failed(state.config, problem) }),
    ),
    on(
      PaymentsPageActions.chargeSubmitted,
      (state): PaymentsState => ({ ...state, charge: { ...pending, declined: null, done: null } }),
    ),
    on(PaymentsApiActions.charged, (state, { payment }): PaymentsState => {
      const declined = payment.status === PaymentStatus.FAILED;
      return {
        ...state,
        charge: { ...resting, declined: declined ? payment : null, done: declined ? null : payment },
      };
    }),
    on(
      PaymentsApiActions.chargeFailed,
      (state, { problem }): PaymentsState => ({
        ...state,
        charge: { ...refused(problem), declined: null, done: null },
      }),
    ),

    on(PaymentsPageActions.refundOpened, (state): PaymentsState => ({ ...state, refund: initialState.refund })),
    on(
      PaymentsPageActions.refundSubmitted,
      (state): PaymentsState => ({ ...state, refund: { ...pending, done: null } }),
    ),
    on(PaymentsApiActions.refunded, (state, { refund, payment }): PaymentsState => {
      const known = state.open.data?.refunds.filter(({ id }) => id !== refund.id) ?? [];
      return {
        ...state,
        refund: { ...resting, done: refund },
        open: loaded({ payment, refunds: [refund, ...known] }),
      };
    }),
    on(
      PaymentsApiActions.refundFailed,
      (state, { problem }): PaymentsState => ({ ...state, refund: { ...refused(problem), done: null } }),
    ),
  ),
});
