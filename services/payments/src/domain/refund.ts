import { failedPrecondition, invalidArgument } from '@finflow/chassis/errors';
import { formatMoney } from '@finflow/chassis/money';
import { isRefundable, type Payment, type PaymentStatus } from './payment.ts';

export const refundStatuses = ['PENDING', 'COMPLETED', 'FAILED'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** Money given back of one payment, in its currency. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  /** Null when it was made in the processor's own dashboard. */
  readonly userId: string | null;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly status: RefundStatus;
  readonly reason: string;
  readonly processorId: string | null;
  readonly failureMessage: string | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

/** What the processor says of a refund. */
export type RefundState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly message: string };

/** What was paid less what was given back or is about to be. */
export function refundableMinor(payment: Payment): bigint {
  return payment.amountMinor - payment.amountRefundedMinor - payment.amountReservedMinor;
}

/**
 * How much a refund of this payment takes: what was asked for, or all that is left. Throws PAYMENT_NOT_REFUNDABLE,
 * CURRENCY_MISMATCH, or REFUND_EXCEEDS_PAYMENT with `refundableMinor` in its metadata.
 */
export function amountToRefund(
  payment: Payment,
  asked: { readonly amountMinor: bigint; readonly currencyCode: string } | undefined,
): bigint {
  const left = refundableMinor(payment);
  if (asked !== undefined && asked.currencyCode !== '' && asked.currencyCode !== payment.currencyCode) {
    throw invalidArgument(
      'CURRENCY_MISMATCH',
      'amount.currency_code',
      `must be ${payment.currencyCode}, as the payment is`,
    );
  }
  if (!isRefundable(payment.status) || left === 0n) {
    throw failedPrecondition(
      'PAYMENT_NOT_REFUNDABLE',
      isRefundable(payment.status)
        ? 'All that was paid is given back or being given back.'
        : `Only a completed payment can be refunded, and this one is ${payment.status}.`,
      'payment_id',
    );
  }
  const amountMinor = asked?.amountMinor ?? left;
  if (amountMinor > left) {
    const most = formatMoney({ currencyCode: payment.currencyCode, amountMinor: left });
    throw failedPrecondition('REFUND_EXCEEDS_PAYMENT', `At most ${most} can still be given back.`, {
      field: 'amount.amount_minor',
      metadata: { refundableMinor: left.toString() },
    });
  }
  return amountMinor;
}

/** The status a refund moves to on the processor's word, or undefined when that changes nothing. */
export function afterRefund(status: RefundStatus, state: RefundState): RefundStatus | undefined {
  if (status !== 'PENDING' || state.kind === 'pending') return undefined;
  return state.kind === 'succeeded' ? 'COMPLETED' : 'FAILED';
}

/**
 * Whether a refund we gave up, never having heard of it, turns out to be known to the processor. Money that was given back
 * after all must be in the books, whatever we believed first; one the processor itself called failed stays so, because
 * its older news may come late.
 */
export function wasGivenUpWrongly(refund: Refund, processorId: string | null, state: RefundState): boolean {
  return refund.status === 'FAILED' && refund.processorId === null && processorId !== null && state.kind !== 'failed';
}

/** The status of a paid payment of which this much has been given back. */
export function statusWhenRefunded(amountMinor: bigint, refundedMinor: bigint): PaymentStatus {
  if (refundedMinor === 0n) return 'COMPLETED';
  return refundedMinor === amountMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}
