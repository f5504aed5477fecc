import type { EntityManager } from 'typeorm';

/** What analytics knows of an organization. */
export interface Organization {
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone: what day it is for the organization. */
  readonly timeZone: string;
}

/** Until the organization's own event arrives. */
const UNKNOWN: Organization = { currency: 'USD', timeZone: 'UTC' };

/** The organization of the running tenant transaction. */
export async function organizationOf(tx: EntityManager): Promise<Organization> {
  const [row]: Organization[] = await tx.query('select currency, time_zone as "timeZone" from organizations');
  return row ?? UNKNOWN;
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
