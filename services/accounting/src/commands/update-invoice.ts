import { violatedConstraint } from '@finflow/chassis/database/sql-state';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { type DraftChange, type Invoice, isIssued, type OpenChange, revise } from '../domain/invoice.ts';
import { invoiceAmounts, type RequestedAmounts } from '../domain/invoice-amounts.ts';
import { invoiceUpdated } from '../events/published.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { loadInvoice, replaceLineItems, saveInvoice } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { numberTaken } from './create-invoice.ts';
import { mutate } from './mutate.ts';

/** What to change; a field left out stays. Without amount and lines, the lines stay. */
export interface InvoiceChange extends RequestedAmounts {
  readonly id: string;
  readonly client?: string;
  readonly clientEmail?: string;
  readonly dueDate?: string;
  readonly issueDate?: string;
  readonly notes?: string;
  readonly number?: string;
}

/**
 * Changes an invoice: a draft wholly, an issued one in its email, due date and notes. A due date moved after issuing is
 * published as `invoice_updated`.
 *
 * @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND`, FAILED_PRECONDITION `INVOICE_CANCELLED`, `INVOICE_NOT_DRAFT`, and
 *   those of `createInvoice`
 */
export async function updateInvoice(
  parts: AccountingParts,
  actor: Actor,
  change: InvoiceChange,
  key?: RequestKey,
): Promise<Invoice> {
  try {
    return await mutate(parts, actor, key, async (tx) => {
      const organization = await takeBooks(tx, actor.organizationId, 'shared');
      const invoice = await loadInvoice(tx, change.id, 'update');
      const draft = draftChange(change, invoice.currency);
      const revised = revise(invoice, openChange(change), draft, momentOf(organization, parts.clock));
      await saveInvoice(tx, revised);
      if (draft.lineItems) await replaceLineItems(tx, revised);
      if (isIssued(revised) && revised.dueDate !== invoice.dueDate) await appendEvents(tx, [invoiceUpdated(revised)]);
      return revised;
    });
  } catch (error) {
    if (violatedConstraint(error) === 'invoices_organization_id_number_key') throw numberTaken(change.number ?? '');
    throw error;
  }
}

function openChange({ clientEmail, dueDate, notes }: InvoiceChange): OpenChange {
  return given({ clientEmail, dueDate, notes });
}

function draftChange(change: InvoiceChange, currency: string): DraftChange {
  const { client, issueDate, number, amount, lineItems } = change;
  const amounts = amount || lineItems.length > 0 ? invoiceAmounts(change, currency) : {};
  return { ...given({ client, issueDate, number }), ...amounts };
}

/** The fields that have a value. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
