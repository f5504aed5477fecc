import { prepared } from '@finflow/chassis/database/prepared';
import { sqlState } from '@finflow/chassis/database/sql-state';
import { type DomainError, failedPrecondition } from '@finflow/chassis/errors';
import type { OutboxRow } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import type { JournalEntry } from '../domain/journal-entry.ts';

// Inserted in the order of their sources: two batches with sources in common wait for each other in one order only.
const INSERT = `with posted as (
  insert into journal_entries
    (organization_id, id, source, date, description, invoice_id, reverses_entry_id, created_by, created_at)
  select $1, e.* from unnest(
    $2::uuid[], $3::text[], $4::date[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[]
  ) as e (id, source, date, description, invoice_id, reverses_entry_id, created_by, created_at)
  order by e.source
  on conflict (organization_id, source) do nothing
  returning id
), lines as (
  insert into journal_lines (organization_id, entry_id, line_no, account_id, currency, amount_minor, memo)
  select $1, l.* from unnest(
    $10::uuid[], $11::smallint[], $12::uuid[], $13::text[], $14::bigint[], $15::text[]
  ) as l (entry_id, line_no, account_id, currency, amount_minor, memo)
  where l.entry_id in (select id from posted)
), events as (
  insert into outbox (organization_id, event_id, topic, key, payload, headers)
  select $1, o.event_id, o.topic, o.key, o.payload, o.headers from unnest(
    $16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::jsonb[], $21::jsonb[]
  ) as o (entry_id, event_id, topic, key, payload, headers)
  where o.entry_id in (select id from posted)
)
select id from posted`;

/**
 * Inserts, in one statement, the entries whose source is new, their lines and their events. Balances follow by the
 * database's own trigger.
 *
 * @param events one row for each entry, in the same order
 * @returns the ids of the entries that were posted
 * @throws DomainError FAILED_PRECONDITION `BALANCE_OUT_OF_RANGE`; the transaction is lost then
 */
export async function insertEntries(
  tx: EntityManager,
  organizationId: string,
  entries: readonly JournalEntry[],
  events: readonly OutboxRow[],
): Promise<Set<string>> {
  const lines = entries.flatMap((entry) =>
    entry.lines.map((line, index) => ({ ...line, entryId: entry.id, lineNo: index + 1 })),
  );
  const values = [
    organizationId,
    entries.map(({ id }) => id),
    entries.map(({ source }) => source),
    entries.map(({ date }) => date),
    entries.map(({ description }) => description),
    entries.map(({ invoiceId }) => invoiceId),
    entries.map(({ reversesEntryId }) => reversesEntryId),
    entries.map(({ createdBy }) => createdBy),
    entries.map(({ createdAt }) => createdAt.toISOString()),
    lines.map(({ entryId }) => entryId),
    lines.map(({ lineNo }) => lineNo),
    lines.map(({ accountId }) => accountId),
    lines.map(({ currency }) => currency),
    lines.map(({ amountMinor }) => amountMinor.toString()),
    lines.map(({ memo }) => memo),
    entries.map(({ id }) => id),
    events.map(({ eventId }) => eventId),
    events.map(({ topic }) => topic),
    events.map(({ key }) => key),
    events.map(({ payload }) => payload),
    events.map(({ headers }) => headers),
  ];
  const rows = await prepared<{ id: string }>(tx, 'insert-entries', INSERT, values).catch((error: unknown) => {
    throw sqlState(error) === NUMERIC_VALUE_OUT_OF_RANGE ? balanceOutOfRange(error) : error;
  });
  return new Set(rows.map(({ id }) => id));
}

// Every amount that comes here fits by the contract's rules: what does not is a sum that the balances' trigger makes.
const NUMERIC_VALUE_OUT_OF_RANGE = '22003';

function balanceOutOfRange(cause: unknown): DomainError {
  return failedPrecondition(
    'BALANCE_OUT_OF_RANGE',
    'Nothing was booked: an account’s debits or credits would add up to more minor units than 64 bits hold.',
    { cause },
  );
}
