import type { JournalEntryPosted } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';
import { applyEntry } from '../store/apply-entry.ts';

/** Adds a posted entry to the read model that every figure of the dashboard and every forecast comes from. */
export async function applyJournalEntry(tx: EntityManager, entry: JournalEntryPosted): Promise<void> {
  await applyEntry(tx, entry);
}
