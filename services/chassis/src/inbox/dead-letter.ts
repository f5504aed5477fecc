import type { EntityManager } from 'typeorm';
import type { EventHeaders, EventRecord } from '../events/bus.ts';
import { identify } from './received-event.ts';

/** What is kept of an event that could not be handled. */
export interface DeadLetter {
  readonly record: EventRecord;
  readonly attempts: number;
  readonly reason: string;
}

/** Puts an event aside: its bytes and headers as they came, and why it failed. */
export async function putAside(
  tx: EntityManager,
  group: string,
  record: EventRecord,
  error: unknown,
  attempts: number,
): Promise<void> {
  const { organizationId, id } = identify(record);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  await tx.query(
    `insert into dead_letters
       (organization_id, consumer_group, event_id, topic, key, value, headers, attempts, reason, stack)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (organization_id, consumer_group, event_id) do update
       set attempts = dead_letters.attempts + excluded.attempts, reason = excluded.reason, stack = excluded.stack,
           failed_at = now()`,
    [
      ...[organizationId, group, id, record.topic, record.key, record.value, JSON.stringify(record.headers)],
      ...[attempts, reason, error instanceof Error ? error.stack : null],
    ],
  );
}

/** Takes an event back to handle it again; undefined when it is not there. */
export async function takeBack(
  tx: EntityManager,
  group: string,
  organizationId: string,
  eventId: string,
): Promise<EventRecord | undefined> {
  const [rows]: [{ topic: string; key: string; value: Buffer; headers: EventHeaders }[], number] = await tx.query(
    `delete from dead_letters where organization_id = $1 and consumer_group = $2 and event_id = $3
     returning topic, key, value, headers`,
    [organizationId, group, eventId],
  );
  return rows[0];
}
