import { systemPolicy, tenantTable } from '@finflow/chassis/database/policy';
import type { EntityManager } from 'typeorm';
import type { JournalPage } from '../domain/journal-source.ts';
import { applyEntries } from './apply-entry.ts';
import { saveOrganization } from './organizations.ts';
import { saveDueDates } from './receivables.ts';

/** Any fixed number: two rebuilds of one database. */
const REBUILD_LOCK = 4_702_111_250;

/** Takes the right to rebuild, at most for as long as this connection lives; false when another rebuild has it. */
export async function takeRebuildLock(session: Pick<EntityManager, 'query'>): Promise<boolean> {
  const [row]: { taken: boolean }[] = await session.query('select pg_try_advisory_lock($1) as taken', [REBUILD_LOCK]);
  return row?.taken === true;
}

/** Gives it back; a connection that is lost has done so by itself. */
export async function releaseRebuildLock(session: Pick<EntityManager, 'query'>): Promise<void> {
  await session.query('select pg_advisory_unlock($1)', [REBUILD_LOCK]).catch(() => undefined);
}

const MODEL = ['organizations', 'ledger_months', 'books', 'receivables'];

/**
 * Makes the schema `rebuild` with the tables of the read model as the live ones are now, empty, and what the rebuild
 * notes beside:
 * - `entries`: the journal entries that are in the shadow;
 * - `strays`: ids of entries and invoices that the live model knows and accounting was asked for in vain;
 * - `run`: whose shadow this is. A rebuild whose connection was lost, and its lock with it, finds another's there.
 *
 * What an earlier rebuild left is dropped. Unlogged: nothing of it is worth recovering after a crash.
 */
export async function makeShadow(tx: EntityManager, run: string): Promise<void> {
  await dropShadow(tx);
  await tx.query('create schema rebuild');
  for (const table of MODEL) {
    await tx.query(`create unlogged table rebuild.${table} (like public.${table} including all)`);
  }
  await tx.query(`create unlogged table rebuild.entries (
    organization_id uuid not null,
    id uuid not null,
    posted_at timestamptz(3) not null,
    primary key (organization_id, id)
  )`);
  await tx.query(`create unlogged table rebuild.strays (
    organization_id uuid not null,
    id uuid not null,
    primary key (organization_id, id)
  )`);
  for (const table of [...MODEL, 'entries', 'strays'].map((name) => `rebuild.${name}`)) {
    for (const statement of [...tenantTable(table, 'current_user'), ...systemPolicy(table, 'current_user')]) {
      await tx.query(statement);
    }
  }
  await tx.query('create table rebuild.run (id uuid primary key)');
  await tx.query('insert into rebuild.run values ($1)', [run]);
}

/** Drops the schema `rebuild`, if it is there. */
export async function dropShadow(tx: EntityManager): Promise<void> {
  // The notice for each dropped table would go to the log.
  await tx.query('set local client_min_messages = warning');
  await tx.query('drop schema if exists rebuild cascade');
}

/** Lets the planner know how much there is, before all of it is compared. */
export async function analyzeShadow(tx: EntityManager): Promise<void> {
  for (const table of [...MODEL, 'entries']) await tx.query(`analyze rebuild.${table}`);
}

/** @throws Error when the shadow is another rebuild's by now */
export async function assertOwnShadow(tx: EntityManager, run: string): Promise<void> {
  const rows: unknown[] = await tx.query('select from rebuild.run where id = $1', [run]);
  if (rows.length === 0) throw new Error('Another rebuild began after the connection that held the lock was lost.');
}

/** Adds a page of the journal to the shadow, with the statements that events are applied with. */
export async function applyPage(tx: EntityManager, page: JournalPage): Promise<void> {
  const { organizationId, settingsAt } = page;
  await inShadow(tx, () => saveOrganization(tx, organizationId, page, settingsAt));
  await applyNamed(tx, organizationId, page);
}

/** The same for entries and invoices asked for by their ids. */
export async function applyNamed(
  tx: EntityManager,
  organizationId: string,
  { entries, dueDates }: Pick<JournalPage, 'entries' | 'dueDates'>,
): Promise<void> {
  await inShadow(tx, async () => {
    await applyEntries(tx, organizationId, entries);
    await saveDueDates(tx, organizationId, dueDates);
  });
  // Without ON CONFLICT: an entry counted twice must fail.
  await tx.query('insert into rebuild.entries select $1, e.* from unnest($2::uuid[], $3::timestamptz[]) as e', [
    organizationId,
    entries.map(({ id }) => id),
    entries.map(({ postedAt }) => postedAt),
  ]);
}

async function inShadow(tx: EntityManager, work: () => Promise<void>): Promise<void> {
  await tx.query('set local search_path = rebuild, public');
  await work();
  await tx.query('set local search_path = public');
}
