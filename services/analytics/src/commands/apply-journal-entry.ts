import { isCalendarDate } from '@finflow/chassis/clock';
import type { JournalEntryPosted } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';
import { applyEntries } from '../store/apply-entry.ts';

/**
 * Adds a posted entry to the read model that every figure of the dashboard and every forecast comes from.
 * @throws RangeError for a date that is none: PostgreSQL would take 'yesterday' for one
 */
export async function applyJournalEntry(tx: EntityManager, entry: JournalEntryPosted): Promise<void> {
  if (!isCalendarDate(entry.date)) throw new RangeError(`entry ${entry.id} has no calendar date`);
  await applyEntries(tx, entry.organizationId, [entry]);
}
