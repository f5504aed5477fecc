import type { EntityManager } from 'typeorm';
import { LIVE_DUE_DATE_STANDS } from './drift.ts';

/**
 * Keeps consumers from the read model until this transaction ends. Each of their transactions begins with the inbox, and
 * comes to dead letters after it, as this does, so that nobody waits in a circle: those that began are waited for, so all
 * they did is seen; others wait, and find in the inbox what the swap took in. Readers are not held up.
 */
export async function holdConsumers(tx: EntityManager): Promise<void> {
  await tx.query("set local lock_timeout = '10s'");
  await tx.query('lock table public.inbox, public.dead_letters in share row exclusive mode');
}

/** What a swap did beside replacing figures. */
export interface Swapped {
  /** Rows of the read model that were changed, added or removed. */
  readonly rows: number;
  /** Entries whose events were still to come: they are marked as received. */
  readonly markedReceived: number;
  /** Dead letters whose entries are in the figures now. */
  readonly deadLettersSettled: number;
}

/**
 * Makes the live read model equal to the shadow, in this transaction, row by row: only what differs is written, and
 * every reader sees the figures before or after, whatever its statements. Renaming the tables would not do that: a
 * transaction that began before would look into the new table with its old snapshot and miss the newest rows.
 */
export async function swapIn(tx: EntityManager, organizationId: string | undefined): Promise<Swapped> {
  await tx.query(KEEP_NEWER_DUE_DATES);
  let rows = 0;
  for (const statement of STATEMENTS) {
    // TypeORM answers a DELETE or UPDATE with rows and count, an INSERT with its rows.
    const answer: unknown[] | [unknown[], number] = await tx.query(`${statement} returning 1`, [
      organizationId ?? null,
    ]);
    rows += typeof answer[1] === 'number' ? answer[1] : answer.length;
  }
  const marked: unknown[] = await tx.query(MARK_RECEIVED);
  const [, deadLettersSettled]: [unknown, number] = await tx.query(SETTLE_DEAD_LETTERS);
  return { rows, markedReceived: marked.length, deadLettersSettled };
}

const KEYS = {
  ledger_months: ['organization_id', 'currency', 'month', 'account_id'],
  books: ['organization_id'],
  receivables: ['organization_id', 'invoice_id', 'currency'],
};
const COLUMNS = {
  ledger_months: [
    ...['account_code', 'account_name', 'account_type', 'is_cash', 'is_receivable', 'debit_minor', 'credit_minor'],
    'lines',
  ],
  books: ['last_posted_at'],
  receivables: ['balance_minor', 'due_date', 'due_date_at'],
};

type ModelTable = keyof typeof KEYS;

// A due date that the live model heard of after the export stays; so does the instant of one that is the same.
const KEEP_NEWER_DUE_DATES = `update rebuild.receivables r set due_date = l.due_date, due_date_at = l.due_date_at
   from public.receivables l
   where l.organization_id = r.organization_id and l.invoice_id = r.invoice_id and l.currency = r.currency
     and l.due_date_at is distinct from r.due_date_at and (l.due_date = r.due_date or (${LIVE_DUE_DATE_STANDS}))`;

const STATEMENTS = [
  ...(Object.keys(KEYS) as ModelTable[]).flatMap((table) => [removal(table), replacement(table)]),
  // An organization's settings are its own; nobody's are removed.
  `insert into public.organizations as o select * from rebuild.organizations
   where $1::uuid is null or organization_id = $1
   on conflict (organization_id) do update
     set currency = excluded.currency, time_zone = excluded.time_zone, settings_at = excluded.settings_at
     where o.settings_at < excluded.settings_at`,
];

function removal(table: ModelTable): string {
  return `delete from public.${table} l where ($1::uuid is null or l.organization_id = $1)
    and not exists (select from rebuild.${table} r where ${sameKey(table)})`;
}

function replacement(table: ModelTable): string {
  const columns = COLUMNS[table];
  const rowOf = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  return `insert into public.${table} select r.* from rebuild.${table} r
    where ($1::uuid is null or r.organization_id = $1) and not exists (
      select from public.${table} l where ${sameKey(table)} and ${rowOf('l')} is not distinct from ${rowOf('r')})
    on conflict (${KEYS[table].join(', ')}) do update
      set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}

function sameKey(table: ModelTable): string {
  return KEYS[table].map((column) => `l.${column} = r.${column}`).join(' and ');
}

/**
 * Events of these entries may still come, and would be counted again. Only the last 30 days, as long as the inbox
 * remembers anything.
 */
const MARK_RECEIVED = `insert into public.inbox (organization_id, consumer_group, event_id, topic)
  select organization_id, 'analytics', id, 'journal_entry_posted' from rebuild.entries
  where posted_at > now() - interval '30 days'
  on conflict do nothing returning 1`;

const SETTLE_DEAD_LETTERS = `delete from public.dead_letters d using rebuild.entries e
  where d.organization_id = e.organization_id and d.event_id = e.id and d.consumer_group = 'analytics'`;
