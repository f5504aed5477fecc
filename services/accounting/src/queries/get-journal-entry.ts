import { notFound } from '@finflow/chassis/errors';
import type { JournalEntry } from '../domain/journal-entry.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { readEntries } from '../store/read-entries.ts';

/** @throws DomainError NOT_FOUND `JOURNAL_ENTRY_NOT_FOUND` */
export async function getJournalEntry({ database }: AccountingParts, actor: Actor, id: string): Promise<JournalEntry> {
  const [entry] = await database.tenant(actor.organizationId, (tx) => readEntries(tx, [id]));
  if (!entry) throw notFound('JOURNAL_ENTRY_NOT_FOUND', 'There is no such entry.', 'id');
  return entry;
}
