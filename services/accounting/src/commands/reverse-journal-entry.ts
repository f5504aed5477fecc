import { failedPrecondition, notFound } from '@finflow/chassis/errors';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import { later } from '../domain/dates.ts';
import { belongsToDocument, type JournalEntry, reversedLines } from '../domain/journal-entry.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { readEntries, readOrigins } from '../store/read-entries.ts';
import { mutate } from './mutate.ts';
import { postEntries } from './post-entries.ts';

export interface Reversal {
  readonly id: string;
  /** Empty: today, or the entry's own date when that is later. */
  readonly date: string;
  /** Empty: says what is reversed. */
  readonly description: string;
}

/**
 * Posts the opposite of an entry, once.
 *
 * @throws DomainError NOT_FOUND `JOURNAL_ENTRY_NOT_FOUND`; FAILED_PRECONDITION `ENTRY_ALREADY_REVERSED`,
 *   `ENTRY_BELONGS_TO_DOCUMENT`, `ACCOUNT_CLOSED`, `BALANCE_OUT_OF_RANGE`
 */
export async function reverseJournalEntry(
  parts: AccountingParts,
  actor: Actor,
  reversal: Reversal,
  key?: RequestKey,
): Promise<JournalEntry> {
  return await mutate(parts, actor, key, async (tx) => {
    // Exclusive: two reversals of one entry at once would meet at two unique keys, and ON CONFLICT settles one of them.
    const organization = await takeBooks(tx, actor.organizationId, 'exclusive');
    const [original] = await readEntries(tx, [reversal.id]);
    if (!original) throw notFound('JOURNAL_ENTRY_NOT_FOUND', 'There is no such entry.', 'id');
    const document = (await readOrigins(tx, original.id)).find(belongsToDocument);
    if (document) {
      throw failedPrecondition(
        'ENTRY_BELONGS_TO_DOCUMENT',
        'This entry was booked for a document: cancel the invoice, refund the payment or correct the category instead.',
        { metadata: { source: document } },
      );
    }
    const { now, today } = momentOf(organization, parts.clock);
    const [result] = await postEntries(tx, actor.organizationId, [
      {
        id: newId(),
        source: `reversal:${original.id}`,
        date: reversal.date || later(original.date, today),
        description: reversal.description || `Reversal of ${original.description || original.id}`,
        invoiceId: original.invoiceId ?? undefined,
        reversesEntryId: original.id,
        createdBy: actor.userId,
        createdAt: now,
        lines: reversedLines(original.lines),
      },
    ]);
    if (!result?.posted) {
      throw failedPrecondition('ENTRY_ALREADY_REVERSED', 'This entry is reversed already.', {
        metadata: { reversedByEntryId: result?.entry.id ?? '' },
      });
    }
    return result.entry;
  });
}
