import type { RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import { later } from '../domain/dates.ts';
import { cancel, type Invoice, isIssued } from '../domain/invoice.ts';
import { reversedLines } from '../domain/journal-entry.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { loadInvoice, saveInvoice } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { readEntriesBySource } from '../store/read-entries.ts';
import { mutate } from './mutate.ts';
import { postEntries } from './post-entries.ts';

/**
 * Cancels an invoice; the entry of an issued one is reversed, today or on its own date when that is later.
 *
 * @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND`, FAILED_PRECONDITION `INVOICE_CANCELLED`, `INVOICE_HAS_PAYMENTS`,
 *   `BALANCE_OUT_OF_RANGE`
 */
export async function cancelInvoice(
  parts: AccountingParts,
  actor: Actor,
  { id, reason }: { readonly id: string; readonly reason: string },
  key?: RequestKey,
): Promise<Invoice> {
  return await mutate(parts, actor, key, async (tx) => {
    const organization = await takeBooks(tx, actor.organizationId, 'shared');
    const invoice = await loadInvoice(tx, id, 'update');
    const moment = momentOf(organization, parts.clock);
    const cancelled = cancel(invoice, reason, moment);
    await saveInvoice(tx, cancelled);
    if (!isIssued(invoice)) return cancelled;
    const [entry] = await readEntriesBySource(tx, [`invoice:${invoice.id}`]);
    if (!entry) throw new Error(`Invoice ${invoice.id} is issued, but its entry is missing.`);
    await postEntries(tx, actor.organizationId, [
      {
        id: newId(),
        source: `reversal:${entry.id}`,
        date: later(entry.date, moment.today),
        description: `Cancellation of invoice ${invoice.number}`,
        invoiceId: invoice.id,
        reversesEntryId: entry.id,
        createdBy: actor.userId,
        createdAt: moment.now,
        lines: reversedLines(entry.lines),
      },
    ]);
    return cancelled;
  });
}
