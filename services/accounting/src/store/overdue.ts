import type { EntityManager } from 'typeorm';

/** Organizations looked at before the next page of them is asked for. */
const PAGE_SIZE = 500;

/** The time zones organizations have: a few hundred at most. For `Database.system`. */
export async function timeZonesInUse(tx: EntityManager): Promise<string[]> {
  const rows: { time_zone: string }[] = await tx.query('select distinct time_zone from organizations');
  return rows.map(({ time_zone }) => time_zone);
}

/** Organizations whose day is later than the one they were last checked for, by id. For `Database.system`. */
export async function organizationsWithNewDay(
  tx: EntityManager,
  days: readonly { readonly timeZone: string; readonly today: string }[],
  after: string | undefined,
): Promise<string[]> {
  const rows: { organization_id: string }[] = await tx.query(
    `select o.organization_id
     from unnest($1::text[], $2::date[]) as d (time_zone, today)
     join organizations o on o.time_zone = d.time_zone and o.overdue_checked_on < d.today
     where $3::uuid is null or o.organization_id > $3
     order by o.organization_id limit ${PAGE_SIZE}`,
    [days.map(({ timeZone }) => timeZone), days.map(({ today }) => today), after ?? null],
  );
  return rows.map(({ organization_id }) => organization_id);
}

/**
 * Says that the organization's day is done.
 *
 * @returns false when somebody else did it
 */
export async function markOverdueChecked(tx: EntityManager, organizationId: string, today: string): Promise<boolean> {
  const [, changed]: [unknown[], number] = await tx.query(
    'update organizations set overdue_checked_on = $2 where organization_id = $1 and overdue_checked_on < $2',
    [organizationId, today],
  );
  return changed === 1;
}
