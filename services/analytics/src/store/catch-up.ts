import type { EntityManager } from 'typeorm';

/** What a rebuild is about. */
export interface RebuildScope {
  /** Undefined for all organizations. */
  readonly organizationId: string | undefined;
  /** When it began, by the database's clock. */
  readonly startedAt: Date;
}

export interface NamedId {
  readonly organizationId: string;
  readonly id: string;
}

/** Ids looked for at a time, of which an organization's go into one request. */
export const ASKED_TOGETHER = 500;

/** The database's clock, which says when events were received. */
export async function databaseNow(tx: EntityManager): Promise<Date> {
  const [row]: { now: Date }[] = await tx.query('select clock_timestamp() as now');
  if (!row) throw new Error('The database does not tell the time.');
  return row.now;
}

/**
 * Entries that the live model received and the shadow lacks: posted behind the export's back. Only since the start,
 * because whatever was received before it was in the journal before it.
 */
export async function entriesToAskFor(tx: EntityManager, scope: RebuildScope): Promise<NamedId[]> {
  return await tx.query(
    `select i.organization_id as "organizationId", i.event_id as id from public.inbox i
     where i.consumer_group = 'analytics' and i.topic = 'journal_entry_posted' and i.received_at >= $2
       and ($1::uuid is null or i.organization_id = $1)
       and not exists (select from rebuild.entries e where e.organization_id = i.organization_id and e.id = i.event_id)
       and not exists (select from rebuild.strays s where s.organization_id = i.organization_id and s.id = i.event_id)
     order by 1, 2 limit ${ASKED_TOGETHER}`,
    [scope.organizationId ?? null, scope.startedAt],
  );
}

/** Invoices that the live model has and the shadow lacks. */
export async function invoicesToAskFor(tx: EntityManager, scope: RebuildScope): Promise<NamedId[]> {
  return await tx.query(
    `select distinct l.organization_id as "organizationId", l.invoice_id as id from public.receivables l
     where ($1::uuid is null or l.organization_id = $1)
       and not exists (select from rebuild.receivables r
                       where r.organization_id = l.organization_id and r.invoice_id = l.invoice_id)
       and not exists (select from rebuild.strays s where s.organization_id = l.organization_id and s.id = l.invoice_id)
     order by 1, 2 limit ${ASKED_TOGETHER}`,
    [scope.organizationId ?? null],
  );
}

/** Notes ids that accounting does not have, so that it is not asked again. */
export async function noteStrays(tx: EntityManager, organizationId: string, ids: readonly string[]): Promise<void> {
  await tx.query('insert into rebuild.strays select $1, unnest($2::uuid[]) on conflict do nothing', [
    organizationId,
    ids,
  ]);
}

/**
 * How much of the shadow is on its way to the live model: entries not received, due dates not known, each younger than
 * a minute. What is older never comes, or its consumer is far behind.
 */
export async function countOnTheirWay(tx: EntityManager): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    `select (
       (select count(*) from rebuild.entries e
        where e.posted_at > clock_timestamp() - interval '1 minute'
          and not exists (select from public.inbox i where i.organization_id = e.organization_id
                            and i.consumer_group = 'analytics' and i.event_id = e.id))
       + (select count(*) from rebuild.receivables r
          where r.due_date_at > clock_timestamp() - interval '1 minute'
            and not exists (select from public.receivables l where l.organization_id = r.organization_id
                              and l.invoice_id = r.invoice_id and l.currency = r.currency
                              and (l.due_date = r.due_date or l.due_date_at > r.due_date_at)))
     )::int as count`,
  );
  return row?.count ?? 0;
}
