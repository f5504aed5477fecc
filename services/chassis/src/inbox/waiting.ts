import type { EntityManager } from 'typeorm';
import type { EventHeaders, EventRecord } from '../events/bus.ts';
import type { Inbox } from './inbox.ts';

interface WaitingRow {
  readonly event_id: string;
  readonly record: { topic: string; key: string; headers: EventHeaders; value: string };
}

/**
 * Makes whoever waits for a key and whoever releases it take turns until they commit. Without it the one could find
 * no effect yet while the other finds nobody waiting yet, and the event would wait for ever.
 */
export async function lockWaitKey(tx: EntityManager, inbox: Inbox, key: string): Promise<void> {
  const name = JSON.stringify([inbox.organizationId, inbox.group, key]);
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}

/** Keeps the event in its inbox row as waiting for the key, with its bytes. */
export async function park(
  tx: EntityManager,
  inbox: Inbox,
  eventId: string,
  key: string,
  record: EventRecord,
): Promise<void> {
  const kept = { ...record, value: record.value.toString('base64') };
  const [, parked]: [unknown, number] = await tx.query(
    `update inbox set wait_key = $4, record = $5
     where organization_id = $1 and consumer_group = $2 and event_id = $3`,
    [inbox.organizationId, inbox.group, eventId, key, JSON.stringify(kept)],
  );
  // Without its row the event would be gone when this transaction commits.
  if (parked !== 1) throw new Error(`The event ${eventId} cannot wait: it is not in the inbox.`);
}

/** Takes the events that wait for the key, in the order they were made: their ids begin with the time. */
export async function unpark(
  tx: EntityManager,
  inbox: Inbox,
  key: string,
): Promise<{ eventId: string; record: EventRecord }[]> {
  const rows: WaitingRow[] = await tx.query(
    `select event_id, record from inbox
     where organization_id = $1 and consumer_group = $2 and wait_key = $3 order by event_id`,
    [inbox.organizationId, inbox.group, key],
  );
  if (rows.length === 0) return [];
  await tx.query(
    `update inbox set wait_key = null, record = null
     where organization_id = $1 and consumer_group = $2 and event_id = any($3::uuid[])`,
    [inbox.organizationId, inbox.group, rows.map(({ event_id }) => event_id)],
  );
  return rows.map(({ event_id, record }) => ({
    eventId: event_id,
    record: { ...record, value: Buffer.from(record.value, 'base64') },
  }));
}

/** An event that waits, for what and since when. */
export interface WaitingEvent {
  readonly organizationId: string;
  readonly group: string;
  readonly eventId: string;
  readonly topic: string;
  readonly waitKey: string;
  readonly receivedAt: Date;
}

/** Which waiting events; what is left out does not matter. */
export interface WaitingFilter {
  readonly eventIds?: readonly string[];
  readonly group?: string;
  readonly topic?: string;
  readonly organizationId?: string;
  /** Those that were received before it. */
  readonly receivedBefore?: Date;
}

/** The waiting events that match, oldest first, and how many there are. Across organizations in the system's scope. */
export async function listWaiting(
  tx: EntityManager,
  filter: WaitingFilter,
  limit: number,
): Promise<{ events: WaitingEvent[]; total: number }> {
  const { eventIds, group, topic, organizationId, receivedBefore } = filter;
  const rows: (WaitingEvent & { total: number })[] = await tx.query(
    `select organization_id as "organizationId", consumer_group as "group", event_id as "eventId", topic,
            wait_key as "waitKey", received_at as "receivedAt", count(*) over ()::int as total
     from inbox
     where wait_key is not null and ($1::uuid[] is null or event_id = any($1))
       and ($2::text is null or consumer_group = $2) and ($3::text is null or topic = $3)
       and ($4::uuid is null or organization_id = $4) and ($5::timestamptz is null or received_at < $5)
     order by received_at limit $6`,
    [eventIds ?? null, group ?? null, topic ?? null, organizationId ?? null, receivedBefore ?? null, limit],
  );
  return { events: rows.map(({ total: _, ...event }) => event), total: rows[0]?.total ?? 0 };
}
