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

/** An event that waits, and since when. */
export interface WaitingEvent {
  readonly organizationId: string;
  readonly eventId: string;
  readonly topic: string;
  readonly waitKey: string;
  readonly receivedAt: Date;
}

/** How many events of the group were received before the instant and still wait, and the oldest. Across organizations. */
export async function waitingSince(
  tx: EntityManager,
  group: string,
  before: Date,
): Promise<{ waiting: number; oldest: WaitingEvent | undefined }> {
  const [row]: (WaitingEvent & { waiting: number })[] = await tx.query(
    `select organization_id as "organizationId", event_id as "eventId", topic, wait_key as "waitKey",
            received_at as "receivedAt", count(*) over ()::int as waiting
     from inbox
     where consumer_group = $1 and wait_key is not null and received_at < $2 order by received_at limit 1`,
    [group, before],
  );
  if (!row) return { waiting: 0, oldest: undefined };
  const { waiting, ...oldest } = row;
  return { waiting, oldest };
}
