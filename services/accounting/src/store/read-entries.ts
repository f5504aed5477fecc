import {
  dateColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema, In } from 'typeorm';
import type { JournalEntry, JournalLine } from '../domain/journal-entry.ts';

export type JournalEntryRow = Omit<JournalEntry, 'lines' | 'reversedByEntryId'>;

/** For reading only: entries are written by `postEntries`. */
export const JournalEntrySchema = new EntitySchema<JournalEntryRow>({
  name: 'entry',
  tableName: 'journal_entries',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    source: textColumn(),
    date: dateColumn(),
    description: textColumn(),
    invoiceId: uuidColumn({ nullable: true }),
    reversesEntryId: uuidColumn({ nullable: true }),
    createdBy: uuidColumn({ nullable: true }),
    createdAt: instantColumn(),
  },
});

/** The entries booked for these sources, in no particular order. */
export async function readEntriesBySource(tx: EntityManager, sources: readonly string[]): Promise<JournalEntry[]> {
  return await withLines(tx, await tx.findBy(JournalEntrySchema, { source: In([...sources]) }));
}

/** The entries with these ids, in no particular order. */
export async function readEntries(tx: EntityManager, ids: readonly string[]): Promise<JournalEntry[]> {
  if (ids.length === 0) return [];
  return await withLines(tx, await tx.findBy(JournalEntrySchema, { id: In([...ids]) }));
}

const SELECT_LINES = `select l.entry_id as "entryId", l.account_id as "accountId", a.code as "accountCode",
    a.name as "accountName", a.type as "accountType", a.is_cash as "isCash", a.is_receivable as "isReceivable",
    l.currency, l.amount_minor as "amountMinor", l.memo
  from journal_lines l join accounts a on a.organization_id = l.organization_id and a.id = l.account_id
  where l.entry_id = any($1::uuid[]) order by l.entry_id, l.line_no`;

const SELECT_REVERSALS = `select id, reverses_entry_id as "reversesEntryId" from journal_entries
  where reverses_entry_id = any($1::uuid[])`;

/** Completes entries by their lines and by what reverses them: two statements for any number of entries. */
export async function withLines(tx: EntityManager, rows: readonly JournalEntryRow[]): Promise<JournalEntry[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const lines: (JournalLine & { entryId: string })[] = await tx.query(SELECT_LINES, [ids]);
  const reversals: { id: string; reversesEntryId: string }[] = await tx.query(SELECT_REVERSALS, [ids]);
  const linesOf = Map.groupBy(lines, ({ entryId }) => entryId);
  const reversedBy = new Map(reversals.map(({ id, reversesEntryId }) => [reversesEntryId, id]));
  return rows.map((row) => ({
    ...row,
    reversedByEntryId: reversedBy.get(row.id) ?? null,
    lines: (linesOf.get(row.id) ?? []).map(({ entryId: _, ...line }) => line),
  }));
}

/** Whether an entry is booked for this source. */
export async function isBooked(tx: EntityManager, source: string): Promise<boolean> {
  return await tx.existsBy(JournalEntrySchema, { source });
}

/** The sources of an entry and of all that it undoes, directly or through reversals of reversals. */
export async function readOrigins(tx: EntityManager, id: string): Promise<string[]> {
  const rows: { source: string }[] = await tx.query(
    `with recursive origin as (
       select source, reverses_entry_id from journal_entries where id = $1
       union all
       select e.source, e.reverses_entry_id from journal_entries e join origin o on e.id = o.reverses_entry_id
     ) select source from origin`,
    [id],
  );
  return rows.map(({ source }) => source);
}
