import { failedPrecondition, invalidArgument } from '@finflow/chassis/errors';
import type { Money } from '@finflow/chassis/money';

/** What a payment must know of the invoice it pays. */
export interface PayableInvoice {
  readonly id: string;
  readonly status: 'DRAFT' | 'PENDING' | 'PARTIALLY_PAID' | 'PAID' | 'OVERDUE' | 'CANCELLED';
  readonly total: Money;
}

/** Where invoices are looked up. */
export interface InvoiceDirectory {
  /**
   * The invoice as the holder of the token may see it, or undefined when there is none for them.
   *
   * @throws DomainError UNAVAILABLE `ACCOUNTING_UNAVAILABLE`
   */
  find(invoiceId: string, token: string): Promise<PayableInvoice | undefined>;
  close(): void;
}

const payable: ReadonlySet<PayableInvoice['status']> = new Set(['PENDING', 'PARTIALLY_PAID', 'OVERDUE']);

/** Throws CURRENCY_MISMATCH, or INVOICE_NOT_PAYABLE when it is a draft, cancelled or paid. */
export function assertPayable(invoice: PayableInvoice, amount: Money): void {
  if (invoice.total.currencyCode !== amount.currencyCode) {
    throw invalidArgument(
      'CURRENCY_MISMATCH',
      'amount.currency_code',
      `the invoice is in ${invoice.total.currencyCode}`,
    );
  }
  if (!payable.has(invoice.status)) {
    throw failedPrecondition('INVOICE_NOT_PAYABLE', `the invoice is ${invoice.status}`, 'invoice_id');
  }
}

/**
 * Throws INVOICE_ALREADY_PAID when payments taken or under way, net of refunds, cover the invoice already. Paying more
 * than is left is allowed: the excess is the customer's credit.
 */
export function assertNotCovered(invoice: PayableInvoice, paidOrUnderWayMinor: bigint): void {
  if (paidOrUnderWayMinor >= invoice.total.amountMinor) {
    throw failedPrecondition('INVOICE_ALREADY_PAID', 'other payments cover this invoice already', 'invoice_id');
  }
}
