import { laterThan } from '@finflow/chassis/clock';
import { failedPrecondition, invalidArgument } from '@finflow/chassis/errors';
import type { InvoiceTotals, LineItem } from './invoice-totals.ts';

/**
 * DRAFT → (issue) → PENDING ⇄ PARTIALLY_PAID ⇄ PAID as payments and refunds come; OVERDUE instead of the first two
 * once the due date has passed; CANCELLED from a draft, or from an issued invoice with nothing paid.
 */
export type InvoiceStatus = 'DRAFT' | 'PENDING' | 'PARTIALLY_PAID' | 'PAID' | 'OVERDUE' | 'CANCELLED';

export const invoiceStatuses: readonly InvoiceStatus[] = [
  'DRAFT',
  'PENDING',
  'PARTIALLY_PAID',
  'PAID',
  'OVERDUE',
  'CANCELLED',
];

/**
 * A claim on a customer, but for its lines, which its states do not depend on. Amounts are minor units of `currency`;
 * dates are calendar dates of the organization.
 */
export interface InvoiceHeader {
  readonly organizationId: string;
  readonly id: string;
  readonly number: string;
  /** The person who made it. */
  readonly userId: string;
  readonly client: string;
  readonly clientEmail: string;
  readonly currency: string;
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  /** What payments settled, net of refunds; never above the total. */
  readonly paidMinor: bigint;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly status: InvoiceStatus;
  readonly notes: string;
  readonly cancelReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly issuedAt: Date | null;
  /** When the last of the money on it arrived; null unless it is paid in full. */
  readonly paidAt: Date | null;
  readonly cancelledAt: Date | null;
}

/** A claim on a customer. */
export interface Invoice extends InvoiceHeader {
  readonly lineItems: readonly LineItem[];
}

/** The instant of a change and the date the organization writes at it. */
export interface Moment {
  readonly now: Date;
  readonly today: string;
}

/** Whether payments can still settle it, or refunds reopen it: issued and not cancelled. */
export function isIssued(invoice: InvoiceHeader): boolean {
  return invoice.status !== 'DRAFT' && invoice.status !== 'CANCELLED';
}

/** What is still to be paid: zero for drafts and cancelled invoices. */
export function amountDue(invoice: InvoiceHeader): bigint {
  return isIssued(invoice) ? invoice.totalMinor - invoice.paidMinor : 0n;
}

/** The one place that says what an issued invoice's status is, from what is paid and what day it is. */
export function issuedStatus(
  invoice: Pick<InvoiceHeader, 'totalMinor' | 'paidMinor' | 'dueDate'>,
  today: string,
): Exclude<InvoiceStatus, 'DRAFT' | 'CANCELLED'> {
  if (invoice.paidMinor === invoice.totalMinor) return 'PAID';
  if (invoice.dueDate < today) return 'OVERDUE';
  return invoice.paidMinor > 0n ? 'PARTIALLY_PAID' : 'PENDING';
}

/**
 * Issues a draft.
 *
 * @throws DomainError FAILED_PRECONDITION `INVOICE_NOT_DRAFT`
 */
export function issue(invoice: Invoice, { now, today }: Moment): Invoice {
  if (invoice.status !== 'DRAFT') throw notDraft(invoice);
  return { ...invoice, status: issuedStatus(invoice, today), issuedAt: now, updatedAt: now };
}

/**
 * Cancels a draft, or an issued invoice nobody has paid on.
 *
 * @throws DomainError FAILED_PRECONDITION `INVOICE_CANCELLED`, `INVOICE_HAS_PAYMENTS`
 */
export function cancel(invoice: Invoice, reason: string, { now }: Moment): Invoice {
  if (invoice.status === 'CANCELLED') throw cancelled();
  if (invoice.paidMinor > 0n) {
    throw failedPrecondition('INVOICE_HAS_PAYMENTS', 'Payments are on this invoice; refund them first.');
  }
  return { ...invoice, status: 'CANCELLED', cancelReason: reason, cancelledAt: now, updatedAt: now };
}

/**
 * Puts a payment on an issued invoice.
 *
 * @param amountMinor above zero and at most `amountDue`
 * @param arrivedAt when the last of the money on it arrived, this payment's or one heard of before
 */
export function pay(invoice: InvoiceHeader, amountMinor: bigint, moment: Moment, arrivedAt: Date): InvoiceHeader {
  if (amountMinor <= 0n || amountMinor > amountDue(invoice)) throw new RangeError('a payment settles what is open');
  const paid = withPaid(invoice, invoice.paidMinor + amountMinor, moment);
  return paid.status === 'PAID' ? { ...paid, paidAt: arrivedAt } : paid;
}

/**
 * Takes a refunded amount off an issued invoice.
 *
 * @param amountMinor above zero and at most what is paid
 */
export function unpay(invoice: InvoiceHeader, amountMinor: bigint, moment: Moment): InvoiceHeader {
  if (!isIssued(invoice) || amountMinor <= 0n || amountMinor > invoice.paidMinor) {
    throw new RangeError('a refund takes back what was paid on an issued invoice');
  }
  return withPaid(invoice, invoice.paidMinor - amountMinor, moment);
}

function withPaid(invoice: InvoiceHeader, paidMinor: bigint, { now, today }: Moment): InvoiceHeader {
  return {
    ...invoice,
    paidMinor,
    status: issuedStatus({ ...invoice, paidMinor }, today),
    paidAt: null,
    updatedAt: now,
  };
}

/** What a draft may change; totals come with their lines. */
export type DraftChange = Partial<Pick<Invoice, 'client' | 'issueDate' | 'number' | 'currency'>> &
  Partial<InvoiceTotals>;

/** What any invoice may change that is not cancelled: nothing here is in the books. */
export type OpenChange = Partial<Pick<Invoice, 'clientEmail' | 'dueDate' | 'notes'>>;

/**
 * Changes an invoice. A later due date takes OVERDUE back.
 *
 * @throws DomainError FAILED_PRECONDITION `INVOICE_CANCELLED`, `INVOICE_NOT_DRAFT`; INVALID_ARGUMENT `DUE_BEFORE_ISSUE`
 */
export function revise(invoice: Invoice, open: OpenChange, draft: DraftChange, { now, today }: Moment): Invoice {
  if (invoice.status === 'CANCELLED') throw cancelled();
  if (invoice.status !== 'DRAFT' && Object.keys(draft).length > 0) throw notDraft(invoice);
  const revised = { ...invoice, ...open, ...draft, updatedAt: laterThan(invoice.updatedAt, now) };
  checkDates(revised, open.dueDate === undefined && draft.issueDate !== undefined ? 'issue_date' : 'due_date');
  return isIssued(revised) ? { ...revised, status: issuedStatus(revised, today) } : revised;
}

/**
 * An invoice is not due before it is dated.
 *
 * @param field the one of the two that the request set
 * @throws DomainError INVALID_ARGUMENT `DUE_BEFORE_ISSUE`
 */
export function checkDates(
  { issueDate, dueDate }: Pick<Invoice, 'issueDate' | 'dueDate'>,
  field: 'due_date' | 'issue_date' = 'due_date',
): void {
  if (dueDate >= issueDate) return;
  const rule = field === 'due_date' ? `before the issue date, ${issueDate}` : `after the due date, ${dueDate}`;
  throw invalidArgument('DUE_BEFORE_ISSUE', field, `must not be ${rule}`);
}

/** How an organization counts its invoices. */
export interface Numbering {
  readonly prefix: string;
  /** A count of fewer digits has zeros before it. */
  readonly digits: number;
}

/** `INV-2026-00042`: the year is the issue date's, the count goes on through the organization's invoices. */
export function numberingOf(issueDate: string): Numbering {
  return { prefix: `INV-${issueDate.slice(0, 4)}-`, digits: 5 };
}

function notDraft(invoice: InvoiceHeader): Error {
  return failedPrecondition(
    'INVOICE_NOT_DRAFT',
    `This invoice is ${invoice.status}; that can only be done to a draft.`,
    {
      metadata: { status: invoice.status },
    },
  );
}

function cancelled(): Error {
  return failedPrecondition('INVOICE_CANCELLED', 'This invoice is cancelled.');
}
