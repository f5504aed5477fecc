import { booksNotOpen } from '@finflow/chassis/books-not-open';
import { type Clock, calendarDate } from '@finflow/chassis/clock';
import { prepared } from '@finflow/chassis/database/prepared';
import type { EntityManager } from 'typeorm';
import type { Moment } from '../domain/invoice.ts';
import { insertStandardChart } from './accounts.ts';

/** What accounting knows of an organization. */
export interface Organization {
  readonly organizationId: string;
  readonly name: string;
  /** ISO 4217; the currency of requests that name none. */
  readonly currency: string;
  /** IANA zone: what day it is, and when an invoice falls due. */
  readonly timeZone: string;
}

/** Settings as an event told them, at the event's instant. */
export interface Settings extends Organization {
  readonly settingsAt: Date;
}

const SELECT = `select organization_id as "organizationId", name, currency, time_zone as "timeZone" from organizations`;

/**
 * Takes the organization's books for this transaction and returns its settings.
 *
 * The lock comes before any other of the transaction and orders whoever posts:
 * - `shared` for a transaction that posts in one statement, last. Such transactions run side by side: each locks its
 *   accounts in one sorted order.
 * - `exclusive` for one that posts several times (a batch of events), reverses what others may reverse too, or depends
 *   on the day (the overdue job). Two that post several times would each hold accounts the other wants: one
 *   organization's events, delivered on four lanes, kept ending in deadlocks, each found only after a second.
 *
 * Read the clock after it, so that the day cannot change under an invoice's status unseen by the overdue job.
 *
 * @throws DomainError as `organizationOf`
 */
export async function takeBooks(
  tx: EntityManager,
  organizationId: string,
  lock: 'shared' | 'exclusive',
): Promise<Organization> {
  // One round trip; the second statement begins when the first has the lock.
  const [, organization] = await Promise.all([lockBooks(tx, organizationId, lock), organizationOf(tx)]);
  return organization;
}

/**
 * The same without a lock: for whoever only reads, and must not wait for those who post.
 *
 * @throws DomainError UNAVAILABLE `BOOKS_NOT_OPEN` before the event that opens them
 */
export async function organizationOf(tx: EntityManager): Promise<Organization> {
  const [found] = await prepared<Organization>(tx, 'get-organization', SELECT, []);
  if (!found) throw booksNotOpen();
  return found;
}

// Advisory locks live in memory: a row lock would write to the organization's row with every posting.
const LOCK = {
  shared: 'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))',
  exclusive: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
};

async function lockBooks(tx: EntityManager, organizationId: string, lock: keyof typeof LOCK): Promise<void> {
  await prepared(tx, `lock-books-${lock}`, LOCK[lock], [`books:${organizationId}`]);
}

/** The instant, and the day it is there for the organization. */
export function momentOf({ timeZone }: Organization, clock: Clock): Moment {
  const now = clock.now();
  return { now, today: calendarDate(now, timeZone) };
}

/** Opens the organization's books if they are not, and keeps its settings unless newer ones are there. */
export async function saveSettings(tx: EntityManager, settings: Settings, openedAt: Date): Promise<void> {
  await lockBooks(tx, settings.organizationId, 'exclusive');
  await tx.query(
    `insert into organizations as o (organization_id, name, currency, time_zone, settings_at)
     values ($1, $2, $3, $4, $5)
     on conflict (organization_id) do update
       set name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone,
           settings_at = excluded.settings_at, overdue_checked_on = '-infinity'
       where o.settings_at < excluded.settings_at`,
    [settings.organizationId, settings.name, settings.currency, settings.timeZone, settings.settingsAt],
  );
  await insertStandardChart(tx, settings.organizationId, openedAt);
}
