import { amountDue, type InvoiceHeader } from './invoice.ts';

/** Where a completed payment went. Amounts are minor units of `currency`. */
export interface Settlement {
  readonly organizationId: string;
  readonly paymentId: string;
  readonly invoiceId: string | null;
  readonly currency: string;
  /** Onto the invoice. */
  readonly appliedMinor: bigint;
  /** To the customer's credit. */
  readonly creditedMinor: bigint;
  readonly appliedRefundedMinor: bigint;
  readonly creditedRefundedMinor: bigint;
  /** When the money arrived. */
  readonly completedAt: Date;
  readonly createdAt: Date;
}

/** An amount's part on the invoice and its part in customer credits. */
export interface Split {
  readonly appliedMinor: bigint;
  readonly creditedMinor: bigint;
}

/**
 * Divides a completed payment: onto its invoice up to what is open, the excess to the customer's credit. All of it is
 * credit when there is no invoice, when the invoice is a draft or was cancelled meanwhile, and when it is in another
 * currency: the money has arrived, so it is booked, and it is the customer's until somebody decides.
 */
export function splitPayment(amount: { currency: string; amountMinor: bigint }, invoice: InvoiceHeader | null): Split {
  const due = invoice && invoice.currency === amount.currency ? amountDue(invoice) : 0n;
  const appliedMinor = amount.amountMinor < due ? amount.amountMinor : due;
  return { appliedMinor, creditedMinor: amount.amountMinor - appliedMinor };
}

/**
 * Divides a refund of a settled payment: the customer's credit first, then the invoice.
 *
 * @returns undefined when more is refunded than is left of the payment
 */
export function splitRefund(settlement: Settlement, amountMinor: bigint): Split | undefined {
  const creditLeft = settlement.creditedMinor - settlement.creditedRefundedMinor;
  const appliedLeft = settlement.appliedMinor - settlement.appliedRefundedMinor;
  const creditedMinor = amountMinor < creditLeft ? amountMinor : creditLeft;
  const appliedMinor = amountMinor - creditedMinor;
  return appliedMinor > appliedLeft ? undefined : { appliedMinor, creditedMinor };
}
