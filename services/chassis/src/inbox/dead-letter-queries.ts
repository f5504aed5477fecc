import type { EntityManager } from 'typeorm';
import type { EventHeaders } from '../events/bus.ts';
import type { DeadLetterKey } from './dead-letter.ts';

/** A dead letter as a list shows it. */
export interface DeadLetterSummary extends DeadLetterKey {
  readonly topic: string;
  readonly key: string;
  /** `discarded`: somebody decided that it will not be handled. It stays, as their word for it. */
  readonly state: 'kept' | 'replay requested' | 'discarded';
  /** What programs tell the error by, where there is such a thing. */
  readonly code: string | null;
  /** Name and message of the last error. */
  readonly reason: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
}

/** A dead letter with everything that is kept of it. */
export interface DeadLetter extends DeadLetterSummary {
  readonly value: Buffer;
  readonly headers: EventHeaders;
  readonly stack: string | null;
  readonly replayRequestedAt: Date | null;
  readonly discardedAt: Date | null;
  readonly discardedBy: string | null;
  readonly discardReason: string | null;
}

/** Which dead letters; what is left out does not matter. */
export interface DeadLetterFilter {
  readonly eventIds?: readonly string[];
  readonly group?: string;
  readonly topic?: string;
  readonly organizationId?: string;
  /** The error's code or name: `SQLSTATE_23514`, `TypeError`. */
  readonly reason?: string;
  /** Those that failed last at this instant or later. */
  readonly since?: Date;
  readonly states: readonly DeadLetterSummary['state'][];
}

const STATE = `case when discarded_at is not null then 'discarded'
                    when replay_requested_at is not null then 'replay requested' else 'kept' end`;

/** The condition of a filter, and its seven values from $1 on. */
export const MATCHES = `($1::uuid[] is null or event_id = any($1))
  and ($2::text is null or consumer_group = $2) and ($3::text is null or topic = $3)
  and ($4::uuid is null or organization_id = $4)
  and ($5::text is null or $5 in (code, split_part(reason, ':', 1)))
  and ($6::timestamptz is null or failed_at >= $6) and ${STATE} = any($7::text[])`;

/** The values of `MATCHES`. */
export function valuesOf(filter: DeadLetterFilter): unknown[] {
  const { eventIds, group, topic, organizationId, reason, since, states } = filter;
  return [
    eventIds ?? null,
    group ?? null,
    topic ?? null,
    organizationId ?? null,
    reason ?? null,
    since ?? null,
    states,
  ];
}

const SUMMARY = `organization_id as "organizationId", consumer_group as "group", event_id as "eventId", topic, key,
  ${STATE} as state, code, reason, attempts, first_failed_at as "firstFailedAt", failed_at as "lastFailedAt"`;

/** The dead letters that match, in the order in which they failed first, and how many there are. */
export async function listDeadLetters(
  tx: EntityManager,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ letters: DeadLetterSummary[]; total: number }> {
  const values = valuesOf(filter);
  const [count]: { total: number }[] = await tx.query(
    `select count(*)::int as total from dead_letters where ${MATCHES}`,
    values,
  );
  const letters: DeadLetterSummary[] = await tx.query(
    `select ${SUMMARY} from dead_letters where ${MATCHES} order by position limit $8`,
    [...values, limit],
  );
  return { letters, total: count?.total ?? 0 };
}

/** The dead letters of an event, whole: one for each group that could not handle it. */
export async function findDeadLetters(tx: EntityManager, eventId: string): Promise<DeadLetter[]> {
  return await tx.query(
    `select ${SUMMARY}, value, headers, stack, replay_requested_at as "replayRequestedAt",
            discarded_at as "discardedAt", discarded_by as "discardedBy", discard_reason as "discardReason"
     from dead_letters where event_id = $1 order by position`,
    [eventId],
  );
}
