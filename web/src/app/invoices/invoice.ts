import { type Invoice, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import type { ListQuery } from '../listing/listing.ts';
import type { LineFigures } from '../money/totals.ts';
import type { Tone } from '../ui/status-chip.ts';

/** What the address bar asks of the list. */
export type InvoiceQuery = ListQuery<InvoiceStatus>;

/** An invoice as written in the form, its figures already exact. */
export interface WrittenInvoice {
  readonly client: string;
  readonly clientEmail: string;
  readonly number: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly currencyCode: string;
  readonly notes: string;
  readonly lines: readonly (LineFigures & { readonly description: string })[];
}

/** The statuses in the order of an invoice's life, with the word of the address bar for each. */
export const invoiceStatuses = [
  { word: 'draft', status: InvoiceStatus.DRAFT, label: 'Draft', tone: 'neutral' },
  { word: 'pending', status: InvoiceStatus.PENDING, label: 'Pending', tone: 'info' },
  { word: 'part-paid', status: InvoiceStatus.PARTIALLY_PAID, label: 'Part paid', tone: 'info' },
  { word: 'overdue', status: InvoiceStatus.OVERDUE, label: 'Overdue', tone: 'warning' },
  { word: 'paid', status: InvoiceStatus.PAID, label: 'Paid', tone: 'positive' },
  { word: 'cancelled', status: InvoiceStatus.CANCELLED, label: 'Cancelled', tone: 'neutral' },
] as const satisfies readonly { word: string; status: InvoiceStatus; label: string; tone: Tone }[];

/** How a status is shown. */
export function showStatus(status: InvoiceStatus): { label: string; tone: Tone } {
  return invoiceStatuses.find((known) => known.status === status) ?? { label: 'Unknown', tone: 'neutral' };
}

/** Whether a payment can be taken for it. */
export function isPayable({ status }: Invoice): boolean {
  return (
    status === InvoiceStatus.PENDING || status === InvoiceStatus.PARTIALLY_PAID || status === InvoiceStatus.OVERDUE
  );
}

/** Whether it can be cancelled: neither settled nor cancelled yet. */
export function isCancellable(invoice: Invoice): boolean {
  return (
    invoice.status === InvoiceStatus.DRAFT || (isPayable(invoice) && (invoice.amountPaid?.amountMinor ?? 0n) === 0n)
  );
}
