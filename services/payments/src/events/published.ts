import type { NewEvent } from '@finflow/chassis/outbox/append';
import type { PaymentRow } from '../store/payments.ts';
import type { RefundRow } from '../store/refunds.ts';

/** The payment was paid. `payment` is as it stands after. */
export function paymentCompleted(payment: PaymentRow): NewEvent {
  const { organizationId, processorId, completedAt } = payment;
  if (!processorId || !completedAt) throw new TypeError(`payment ${payment.id} is not completed`);
  return {
    topic: 'payment_completed',
    organizationId,
    payload: {
      id: payment.id,
      userId: payment.userId,
      organizationId,
      invoiceId: payment.invoiceId,
      amount: payment.amountMinor,
      currency: payment.currencyCode,
      status: 'COMPLETED',
      processorId,
      createdAt: payment.createdAt.toISOString(),
      completedAt: completedAt.toISOString(),
    },
  };
}

/** The processor refused the payment. */
export function paymentFailed(payment: PaymentRow): NewEvent {
  const { organizationId } = payment;
  return {
    topic: 'payment_failed',
    organizationId,
    payload: {
      id: payment.id,
      userId: payment.userId,
      organizationId,
      invoiceId: payment.invoiceId,
      amount: payment.amountMinor,
      currency: payment.currencyCode,
      reason: payment.failureCode ?? 'unknown',
      createdAt: payment.createdAt.toISOString(),
    },
  };
}

/** Part or all of the payment was given back by this refund. */
export function paymentRefunded(payment: PaymentRow, refund: RefundRow): NewEvent {
  const { organizationId } = payment;
  if (!refund.processorId || !refund.completedAt) throw new TypeError(`refund ${refund.id} is not completed`);
  return {
    topic: 'payment_refunded',
    organizationId,
    payload: {
      id: refund.id,
      paymentId: payment.id,
      userId: refund.userId ?? payment.userId,
      organizationId,
      invoiceId: payment.invoiceId,
      amount: refund.amountMinor,
      currency: refund.currencyCode,
      processorId: refund.processorId,
      createdAt: refund.completedAt.toISOString(),
    },
  };
}
