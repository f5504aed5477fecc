import type { EntityManager } from 'typeorm';
import type { DeadLetterKey } from './dead-letter.ts';
import { type DeadLetterFilter, MATCHES, valuesOf } from './dead-letter-queries.ts';

const KEY = 'organization_id as "organizationId", consumer_group as "group", event_id as "eventId"';

/** The rows of a filter, the first ones when there are more, locked: somebody else may be deciding too. */
const CHOSEN = `select ctid from dead_letters where ${MATCHES} order by position limit $8 for update`;

/**
 * Asks the services whose dead letters these are to handle them again; they look once a second. A discarded one can be
 * asked for too, which takes its discarding back.
 *
 * @returns those that were asked for now
 */
export async function requestReplay(
  tx: EntityManager,
  filter: DeadLetterFilter,
  limit: number,
): Promise<DeadLetterKey[]> {
  const [rows]: [DeadLetterKey[], number] = await tx.query(
    `update dead_letters
     set replay_requested_at = clock_timestamp(), discarded_at = null, discarded_by = null, discard_reason = null
     where ctid = any(array(${CHOSEN})) returning ${KEY}`,
    [...valuesOf(filter), limit],
  );
  return rows;
}

/**
 * Decides that the events will not be handled. They stay, with who decided it and why, and a redelivery is a repetition
 * as before. One whose replay was asked for and has not begun is discarded too.
 *
 * @returns those that were discarded now
 */
export async function discard(
  tx: EntityManager,
  filter: DeadLetterFilter,
  { limit, by, reason }: { limit: number; by: string; reason: string },
): Promise<DeadLetterKey[]> {
  const [rows]: [DeadLetterKey[], number] = await tx.query(
    `update dead_letters
     set discarded_at = clock_timestamp(), discarded_by = $9, discard_reason = $10, replay_requested_at = null
     where ctid = any(array(${CHOSEN})) returning ${KEY}`,
    [...valuesOf(filter), limit, by, reason],
  );
  return rows;
}

/** What has become of dead letters whose replay was asked for. */
export interface ReplayOutcome extends DeadLetterKey {
  /** `waiting`: it was handled, and waits in the inbox for another event's effect. */
  readonly outcome: 'pending' | 'succeeded' | 'waiting' | 'failed' | 'discarded';
  /** Why it failed again; what it waits for. */
  readonly detail: string | null;
}

/** What has become of these until now. */
export async function replayOutcomes(tx: EntityManager, letters: readonly DeadLetterKey[]): Promise<ReplayOutcome[]> {
  return await tx.query(
    `select l.organization_id as "organizationId", l.consumer_group as "group", l.event_id as "eventId",
            case when d.discarded_at is not null then 'discarded'
                 when d.replay_requested_at is not null then 'pending'
                 when d.event_id is not null then 'failed'
                 when i.wait_key is not null then 'waiting' else 'succeeded' end as outcome,
            coalesce(d.reason, i.wait_key) as detail
     from unnest($1::uuid[], $2::text[], $3::uuid[]) as l (organization_id, consumer_group, event_id)
     left join dead_letters d using (organization_id, consumer_group, event_id)
     left join inbox i using (organization_id, consumer_group, event_id)`,
    [
      letters.map(({ organizationId }) => organizationId),
      letters.map(({ group }) => group),
      letters.map(({ eventId }) => eventId),
    ],
  );
}
