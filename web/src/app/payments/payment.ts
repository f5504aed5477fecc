import { type Payment, PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import type { ListQuery } from '../listing/listing.ts';
import type { MoneyValue } from '../money/format.ts';
import type { Tone } from '../ui/status-chip.ts';

/** What the address bar asks of the list. */
export type PaymentQuery = ListQuery<PaymentStatus>;

/** A charge as asked for in the dialog. */
export interface Charge {
  readonly amount: MoneyValue;
  readonly source: string;
  readonly invoiceId: string;
  readonly description: string;
}

/** A refund as asked for in the dialog. */
export interface RefundOrder {
  readonly paymentId: string;
  readonly amount: MoneyValue;
  readonly reason: string;
}

/** The statuses in the order of a payment's life, with the word of the address bar for each. */
export const paymentStatuses = [
  { word: 'pending', status: PaymentStatus.PENDING, label: 'Pending', tone: 'info' },
  { word: 'processing', status: PaymentStatus.PROCESSING, label: 'Processing', tone: 'info' },
  { word: 'completed', status: PaymentStatus.COMPLETED, label: 'Completed', tone: 'positive' },
  { word: 'failed', status: PaymentStatus.FAILED, label: 'Failed', tone: 'negative' },
  { word: 'part-refunded', status: PaymentStatus.PARTIALLY_REFUNDED, label: 'Part refunded', tone: 'warning' },
  { word: 'refunded', status: PaymentStatus.REFUNDED, label: 'Refunded', tone: 'neutral' },
] as const satisfies readonly { word: string; status: PaymentStatus; label: string; tone: Tone }[];

/** How a payment's status is shown. */
export function showPaymentStatus(status: PaymentStatus): { label: string; tone: Tone } {
  return paymentStatuses.find((known) => known.status === status) ?? { label: 'Unknown', tone: 'neutral' };
}

/** How a refund's status is shown. */
export function showRefundStatus(status: RefundStatus): { label: string; tone: Tone } {
  switch (status) {
    case RefundStatus.PENDING:
      return { label: 'Pending', tone: 'info' };
    case RefundStatus.COMPLETED:
      return { label: 'Completed', tone: 'positive' };
    case RefundStatus.FAILED:
      return { label: 'Failed', tone: 'negative' };
    default:
      return { label: 'Unknown', tone: 'neutral' };
  }
}

/** What completed refunds have left of a payment, in minor units; zero unless it was paid. */
export function refundableMinor({ status, amount, amountRefunded }: Payment): bigint {
  if (status !== PaymentStatus.COMPLETED && status !== PaymentStatus.PARTIALLY_REFUNDED) return 0n;
  return (amount?.amountMinor ?? 0n) - (amountRefunded?.amountMinor ?? 0n);
}

/** Whether the processor has yet to decide, so that it is worth looking again. */
export function isUndecided({ status }: Payment): boolean {
  return status === PaymentStatus.PENDING || status === PaymentStatus.PROCESSING;
}

/** What a payment is for, in a word where nothing else is known. */
export function showPurpose({ description, invoiceId }: Pick<Payment, 'description' | 'invoiceId'>): string {
  return description || (invoiceId ? 'Invoice payment' : 'Card payment');
}

/** The card for people: `Visa •••• 4242`; empty when it is not known. */
export function showCard({ cardBrand, cardLast4 }: Pick<Payment, 'cardBrand' | 'cardLast4'>): string {
  if (!cardLast4) return '';
  const brand = cardBrand.charAt(0).toUpperCase() + cardBrand.slice(1);
  return `${brand || 'Card'} •••• ${cardLast4}`;
}
