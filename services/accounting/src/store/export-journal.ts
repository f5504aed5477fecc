import { type EntityManager, In } from 'typeorm';
import type { Account } from '../domain/account.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';
import { AccountSchema } from './accounts.ts';
import type { Settings } from './organizations.ts';
import { readEntries } from './read-entries.ts';

/** Before every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

// Settings from before events told their instant are at -infinity, which no Timestamp can say.
const SELECT_SETTINGS = `select organization_id as "organizationId", name, currency, time_zone as "timeZone",
  greatest(settings_at, to_timestamp(0)) as "settingsAt" from organizations`;

/** A page of organizations by id, those after the given one; for `Database.system`. */
export async function organizationsAfter(tx: EntityManager, after: string): Promise<Settings[]> {
  return await tx.query(`${SELECT_SETTINGS} where organization_id > $1 order by organization_id limit 500`, [after]);
}

/** The organization, if its books are open; for `Database.system`. */
export async function organizationById(tx: EntityManager, id: string): Promise<Settings[]> {
  return await tx.query(`${SELECT_SETTINGS} where organization_id = $1`, [id]);
}

const PAGE_SIZE = 500;
const LINES_A_PAGE = 2_000;
const DUE_DATES_A_PAGE = 2_000;

/** A page, and whether it is full: then there may be more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly isFull: boolean;
}

/**
 * A page of the organization's journal by id, with lines: up to 500 entries, of which all but the last have no more
 * than 2,000 lines together, so that 500 entries of 1,000 lines are not in memory at once.
 *
 * @param among the only ids to look for; undefined for all
 */
export async function entriesAfter(
  tx: EntityManager,
  after: string,
  among?: readonly string[],
): Promise<Page<JournalEntry>> {
  const rows: { id: string; found: number }[] = await tx.query(
    `select id, found from (
       select e.id, n.lines, sum(n.lines) over (order by e.id) as through, count(*) over ()::int as found
       from (select organization_id, id from journal_entries
             where id > $1${isAmong(among)} order by id limit ${PAGE_SIZE}) e
       cross join lateral (
         select count(*) as lines from journal_lines l where l.organization_id = e.organization_id and l.entry_id = e.id
       ) n
     ) page where through - lines <= ${LINES_A_PAGE} order by id`,
    [after, ...(among ? [among] : [])],
  );
  const entries = await readEntries(
    tx,
    rows.map(({ id }) => id),
  );
  const found = rows[0]?.found ?? 0;
  return {
    items: entries.sort((a, b) => (a.id < b.id ? -1 : 1)),
    isFull: found === PAGE_SIZE || rows.length < found,
  };
}

/** A condition of its own, not one that a parameter switches off: the planner must see which index to take. */
function isAmong(ids: readonly string[] | undefined): string {
  return ids ? ' and id = any($2::uuid[])' : '';
}

/** The accounts that the entries' lines name. */
export async function accountsOf(tx: EntityManager, entries: readonly JournalEntry[]): Promise<Account[]> {
  const ids = new Set(entries.flatMap(({ lines }) => lines.map(({ accountId }) => accountId)));
  return ids.size === 0 ? [] : await tx.findBy(AccountSchema, { id: In([...ids]) });
}

/** When an issued invoice is due, and when it last changed. */
export interface DueDate {
  readonly invoiceId: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly updatedAt: Date;
}

// Cancelled ones too, when they were issued before: their event told everybody of them.
const SELECT_DUE_DATES = `select id as "invoiceId", currency, due_date as "dueDate", updated_at as "updatedAt"
  from invoices where issued_at is not null`;

/**
 * A page of the organization's issued invoices by id.
 *
 * @param among the only ids to look for; undefined for all
 */
export async function dueDatesAfter(
  tx: EntityManager,
  after: string,
  among?: readonly string[],
): Promise<Page<DueDate>> {
  const query = `${SELECT_DUE_DATES} and id > $1${isAmong(among)} order by id limit ${DUE_DATES_A_PAGE}`;
  const items: DueDate[] = await tx.query(query, [after, ...(among ? [among] : [])]);
  return { items, isFull: items.length === DUE_DATES_A_PAGE };
}
