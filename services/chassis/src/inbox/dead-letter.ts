import type { EntityManager } from 'typeorm';
import type { EventHeaders, EventRecord } from '../events/bus.ts';
import { describeFailure, type GivenUp, storable } from './failure.ts';
import { identify } from './received-event.ts';

/** Which dead letter: an event has one for each group that could not handle it. */
export interface DeadLetterKey {
  readonly organizationId: string;
  readonly group: string;
  readonly eventId: string;
}

/** A dead letter that somebody asked to handle again. */
export interface RequestedReplay extends DeadLetterKey {
  /** Its place in the order in which the group's events failed first, which for one key is their own order. */
  readonly position: bigint;
  readonly topic: string;
  readonly key: string;
  readonly requestedAt: Date;
}

/**
 * Puts an event aside: its bytes and headers as they came, and why it failed. The caller has its inbox row in the same
 * transaction or before it, so that a dead letter always means: received, and without effect.
 */
export async function putAside(
  tx: EntityManager,
  group: string,
  record: EventRecord,
  { error, attempts }: GivenUp,
): Promise<void> {
  const { organizationId, id } = identify(record);
  const { reason, code, stack } = describeFailure(error);
  await tx.query(
    `insert into dead_letters
       (organization_id, consumer_group, event_id, topic, key, value, headers, attempts, reason, code, stack)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (organization_id, consumer_group, event_id) do update
       set attempts = dead_letters.attempts + excluded.attempts, reason = excluded.reason, code = excluded.code,
           stack = excluded.stack, failed_at = now()`,
    [
      ...[organizationId, group, id, record.topic, storable(record.key), record.value, storableHeaders(record.headers)],
      ...[attempts, reason, code ?? null, stack ?? null],
    ],
  );
}

/**
 * Takes a dead letter out to handle it in this transaction, when a replay was asked for. Another instance that is at it
 * holds the row, so this waits for its end: undefined when it succeeded.
 */
export async function takeForReplay(tx: EntityManager, letter: DeadLetterKey): Promise<EventRecord | undefined> {
  const [rows]: [{ topic: string; key: string; value: Buffer; headers: EventHeaders }[], number] = await tx.query(
    `delete from dead_letters
     where organization_id = $1 and consumer_group = $2 and event_id = $3 and replay_requested_at is not null
     returning topic, key, value, headers`,
    [letter.organizationId, letter.group, letter.eventId],
  );
  return rows[0];
}

/**
 * Keeps the new error of a replay that failed. One asked for again meanwhile stays asked for.
 *
 * @returns whether it was this request's to keep; not when another instance handled the event, or somebody decided anew
 */
export async function keepAgain(tx: EntityManager, replay: RequestedReplay, given: GivenUp): Promise<boolean> {
  const { reason, code, stack } = describeFailure(given.error);
  const [, kept]: [unknown, number] = await tx.query(
    `update dead_letters
     set attempts = attempts + $5, reason = $6, code = $7, stack = $8, failed_at = now(), replay_requested_at = null
     where organization_id = $1 and consumer_group = $2 and event_id = $3 and replay_requested_at = $4`,
    [
      ...[replay.organizationId, replay.group, replay.eventId, replay.requestedAt],
      ...[given.attempts, reason, code ?? null, stack ?? null],
    ],
  );
  return kept === 1;
}

/** The next replays asked of the group, across organizations, in the order in which the events failed first. */
export async function requestedReplays(
  tx: EntityManager,
  group: string,
  { after, limit }: { after: bigint; limit: number },
): Promise<RequestedReplay[]> {
  return await tx.query(
    `select organization_id as "organizationId", consumer_group as "group", event_id as "eventId", position, topic, key,
            replay_requested_at as "requestedAt"
     from dead_letters
     where consumer_group = $1 and replay_requested_at is not null and position > $2 order by position limit $3`,
    [group, after.toString(), limit],
  );
}

function storableHeaders(headers: EventHeaders): string {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [storable(name), storable(String(value))])));
}
