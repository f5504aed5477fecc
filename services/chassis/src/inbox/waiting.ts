import type { EntityManager } from 'typeorm';
import type { EventHeaders, EventRecord } from '../events/bus.ts';

/** Where events of one group and organization wait. */
export interface WaitingRoom {
  readonly organizationId: string;
  readonly group: string;
}

interface WaitingRow {
  readonly event_id: string;
  readonly record: { topic: string; key: string; headers: EventHeaders; value: string };
}

/**
 * Makes whoever waits for a key and whoever releases it take turns until they commit. Without it the one could find
 * no effect yet while the other finds nobody waiting yet, and the event would wait for ever.
 */
export async function lockWaitKey(tx: EntityManager, room: WaitingRoom, key: string): Promise<void> {
  const name = JSON.stringify([room.organizationId, room.group, key]);
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}

/** Keeps the event's inbox row as waiting for the key, with its bytes. */
export async function park(
  tx: EntityManager,
  room: WaitingRoom,
  eventId: string,
  key: string,
  record: EventRecord,
): Promise<void> {
  const kept = { ...record, value: record.value.toString('base64') };
  await tx.query(
    `update inbox set wait_key = $4, record = $5
     where organization_id = $1 and consumer_group = $2 and event_id = $3`,
    [room.organizationId, room.group, eventId, key, JSON.stringify(kept)],
  );
}

/** Takes the events that wait for the key, in the order they were made: their ids begin with the time. */
export async function unpark(
  tx: EntityManager,
  room: WaitingRoom,
  key: string,
): Promise<{ eventId: string; record: EventRecord }[]> {
  const rows: WaitingRow[] = await tx.query(
    `select event_id, record from inbox
     where organization_id = $1 and consumer_group = $2 and wait_key = $3 order by event_id`,
    [room.organizationId, room.group, key],
  );
  if (rows.length === 0) return [];
  await tx.query(
    `update inbox set wait_key = null, record = null
     where organization_id = $1 and consumer_group = $2 and event_id = any($3::uuid[])`,
    [room.organizationId, room.group, rows.map(({ event_id }) => event_id)],
  );
  return rows.map(({ event_id, record }) => ({
    eventId: event_id,
    record: { ...record, value: Buffer.from(record.value, 'base64') },
  }));
}

/** How many events of the group have waited since before the instant, and for what. Across organizations. */
export async function waitingSince(
  tx: EntityManager,
  group: string,
  before: Date,
): Promise<{ wait_key: string; organization_id: string; topic: string; received_at: Date }[]> {
  return await tx.query(
    `select wait_key, organization_id, topic, received_at from inbox
     where consumer_group = $1 and wait_key is not null and received_at < $2 order by received_at limit 20`,
    [group, before],
  );
}
