import { inject } from '@angular/core';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { type ListPaymentsRequestSchema, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { concatLatestFrom, mapResponse } from '@ngrx/operators';
import { Store } from '@ngrx/store';
import { exhaustMap, filter, from, map, switchMap, takeWhile, tap, timer } from 'rxjs';
import { call } from '../../api/call.ts';
import { toProblem } from '../../api/problem.ts';
import { pageSize } from '../../listing/listing.ts';
import { expect } from '../../state/expect.ts';
import { Notices } from '../../ui/notices.ts';
import { isUndecided, type PaymentQuery } from '../payment.ts';
import { PaymentClient } from './clients.ts';
import { PaymentsApiActions, PaymentsPageActions } from './payments.actions.ts';
import { paymentsFeature } from './payments.feature.ts';

// More refunds of one payment than anybody gives.
const refundPageSize = 100;

function listRequest({ search, statuses, place }: PaymentQuery): MessageInitShape<typeof ListPaymentsRequestSchema> {
  return { query: search, statuses: [...statuses], orderBy: place.orderBy, pageToken: place.pageToken, pageSize };
}

export const loadList = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) =>
    actions$.pipe(
      ofType(PaymentsPageActions.listOpened),
      switchMap(({ query }) =>
        call((options) => payments.listPayments(listRequest(query), options)).pipe(
          mapResponse({
            next: (page) => PaymentsApiActions.listLoaded({ page, query }),
            error: (thrown) => PaymentsApiActions.listFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

// While the processor has not decided, the page looks again: its answer comes by webhook, mostly within a second.
const lookEveryMs = 1500;
const looks = 20;

export const loadPayment = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) => {
    const load = async (id: string, options: { signal: AbortSignal }) => {
      const [{ payment }, { refunds }] = await Promise.all([
        payments.getPayment({ id }, options),
        payments.listRefunds({ paymentId: id, pageSize: refundPageSize }, options),
      ]);
      return { payment: expect(payment, 'payment'), refunds };
    };
    return actions$.pipe(
      ofType(PaymentsPageActions.detailOpened, PaymentsApiActions.outdated, PaymentsApiActions.refunded),
      switchMap((action) =>
        timer(0, lookEveryMs).pipe(
          takeWhile((look) => look < looks),
          exhaustMap(() => call((options) => load('id' in action ? action.id : action.payment.id, options))),
          takeWhile(
            ({ payment, refunds }) =>
              isUndecided(payment) || refunds.some(({ status }) => status === RefundStatus.PENDING),
            true,
          ),
          mapResponse({
            next: (open) => PaymentsApiActions.paymentLoaded(open),
            error: (thrown) => PaymentsApiActions.paymentFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    );
  },
  { functional: true },
);

export const loadConfig = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) =>
    actions$.pipe(
      ofType(PaymentsPageActions.chargeOpened),
      switchMap(() =>
        call((options) => payments.getPaymentConfig({}, options)).pipe(
          mapResponse({
            next: (config) => PaymentsApiActions.configLoaded({ config }),
            error: (thrown) => PaymentsApiActions.configFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const charge = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) =>
    actions$.pipe(
      ofType(PaymentsPageActions.chargeSubmitted),
      exhaustMap(({ charge, requestId }) =>
        from(payments.createPayment({ ...charge, requestId })).pipe(
          mapResponse({
            next: ({ payment }) => PaymentsApiActions.charged({ payment: expect(payment, 'payment') }),
            error: (thrown) => PaymentsApiActions.chargeFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const refund = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) =>
    actions$.pipe(
      ofType(PaymentsPageActions.refundSubmitted),
      exhaustMap(({ order, requestId }) =>
        from(payments.refundPayment({ ...order, requestId })).pipe(
          mapResponse({
            next: ({ refund, payment }) =>
              PaymentsApiActions.refunded({ refund: expect(refund, 'refund'), payment: expect(payment, 'payment') }),
            error: (thrown) => PaymentsApiActions.refundFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const noticeOutdated = createEffect(
  (actions$ = inject(Actions), store = inject(Store)) =>
    actions$.pipe(
      ofType(PaymentsApiActions.refundFailed),
      filter(({ problem }) => problem.code === Code.FailedPrecondition),
      concatLatestFrom(() => store.select(paymentsFeature.selectOpen)),
      map(([, { data }]) => data?.payment.id),
      filter((id) => id !== undefined),
      map((id) => PaymentsApiActions.outdated({ id })),
    ),
  { functional: true },
);

export const announce = createEffect(
  (actions$ = inject(Actions), notices = inject(Notices)) =>
    actions$.pipe(
      ofType(PaymentsApiActions.refunded),
      filter(({ refund }) => refund.status !== RefundStatus.FAILED),
      tap(({ refund }) =>
        notices.say(refund.status === RefundStatus.COMPLETED ? 'Refund completed.' : 'Refund on its way.'),
      ),
    ),
  { functional: true, dispatch: false },
);
