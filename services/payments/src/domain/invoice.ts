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
      `must be ${invoice.total.currencyCode}, as the invoice is`,
    );
  }
  if (!payable.has(invoice.status)) {
    throw failedPrecondition('INVOICE_NOT_PAYABLE', whatToDo(invoice.status), {
      field: 'invoice_id',
      metadata: { status: invoice.status },
    });
  }
}

function whatToDo(status: PayableInvoice['status']): string {
  if (status === 'DRAFT') return 'This invoice is a draft; issue it first.';
  return `This invoice is ${status}; leave the invoice out to take the money as the customer’s credit.`;
}

/**
 * Throws INVOICE_ALREADY_PAID when payments taken or under way, net of refunds, cover the invoice already. Paying more
 * than is left is allowed: the excess is the customer's credit.
 */
export function assertNotCovered(invoice: PayableInvoice, paidOrUnderWayMinor: bigint): void {
  if (paidOrUnderWayMinor >= invoice.total.amountMinor) {
    throw failedPrecondition(
      'INVOICE_ALREADY_PAID',
      'Other payments cover this invoice already; reload it to see them.',
      'invoice_id',
    );
  }
}
