import type {
  GetPaymentConfigResponse,
  ListPaymentsResponse,
  Payment,
  Refund,
} from '@finflow/proto/finflow/payments/v1/payment_pb';
import { createActionGroup, emptyProps, props } from '@ngrx/store';
import type { Problem } from '../../api/problem.ts';
import type { Charge, PaymentQuery, RefundOrder } from '../payment.ts';

/** What a person did on the payment pages and in the dialogs that take and give back money. */
export const PaymentsPageActions = createActionGroup({
  source: 'Payments Page',
  events: {
    'List Opened': props<{ query: PaymentQuery }>(),
    'Detail Opened': props<{ id: string }>(),
    'Charge Opened': emptyProps(),
    'Charge Submitted': props<{ charge: Charge; requestId: string }>(),
    'Refund Opened': emptyProps(),
    'Refund Submitted': props<{ order: RefundOrder; requestId: string }>(),
  },
});

/** What the payments service answered. */
export const PaymentsApiActions = createActionGroup({
  source: 'Payments API',
  events: {
    'List Loaded': props<{ page: ListPaymentsResponse; query: PaymentQuery }>(),
    'List Failed': props<{ problem: Problem }>(),
    'Payment Loaded': props<{ payment: Payment; refunds: Refund[] }>(),
    'Payment Failed': props<{ problem: Problem }>(),
    'Config Loaded': props<{ config: GetPaymentConfigResponse }>(),
    'Config Failed': props<{ problem: Problem }>(),
    /** Answered, which a decline is too: look at the payment's status. */
    Charged: props<{ payment: Payment }>(),
    'Charge Failed': props<{ problem: Problem }>(),
    Refunded: props<{ refund: Refund; payment: Payment }>(),
    'Refund Failed': props<{ problem: Problem }>(),
    /** A refund was refused because the open payment is no longer as it is shown. */
    Outdated: props<{ id: string }>(),
  },
});
