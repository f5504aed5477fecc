import { booksNotOpen } from '@finflow/chassis/books-not-open';
import type { EntityManager } from 'typeorm';

/** What analytics knows of an organization. */
export interface Organization {
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone: what day it is for the organization. */
  readonly timeZone: string;
}

/**
 * The organization of the running tenant transaction.
 *
 * @throws DomainError UNAVAILABLE `BOOKS_NOT_OPEN` before the event that tells of it
 */
export async function organizationOf(tx: EntityManager): Promise<Organization> {
  const [row]: Organization[] = await tx.query('select currency, time_zone as "timeZone" from organizations');
  if (!row) throw booksNotOpen();
  return row;
}

/** Keeps settings as an event told them, unless newer ones are there. */
export async function saveOrganization(
  tx: EntityManager,
  organizationId: string,
  { currency, timeZone }: Organization,
  settingsAt: Date,
): Promise<void> {
  await tx.query(
    `insert into organizations as o (organization_id, currency, time_zone, settings_at) values ($1, $2, $3, $4)
     on conflict (organization_id) do update
       set currency = excluded.currency, time_zone = excluded.time_zone, settings_at = excluded.settings_at
       where o.settings_at < excluded.settings_at`,
    [organizationId, currency, timeZone, settingsAt],
  );
}

/** Organizations in the order of their ids, a page after `after`; in a system transaction. */
export async function organizationsAfter(tx: EntityManager, after: string | undefined): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(
    `select organization_id as id from organizations where $1::uuid is null or organization_id > $1
     order by organization_id limit 500`,
    [after ?? null],
  );
  return rows.map(({ id }) => id);
}
