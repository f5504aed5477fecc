import { type Context, context } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { transactionOf } from '../database/transaction.ts';
import { assertFits, toPlainJson } from '../events/avro.ts';
import { type EventPayloads, keyOf, payloadTypes, type Topic } from '../events/topics.ts';
import { newId } from '../ids.ts';
import { traceparentOfNew } from '../telemetry/creation.ts';

interface EventOf<T extends Topic> {
  readonly topic: T;
  readonly payload: EventPayloads[T];
  readonly organizationId: string;
  /** Taken from the payload's declared key fields when left out. */
  readonly key?: string;
  /** Made when left out. */
  readonly id?: string;
  readonly causationId?: string;
  readonly correlationId?: string;
  /** The request that it comes from, where several share a transaction. Default: the one running now. */
  readonly trace?: Context;
}

/** An event to be published once this transaction commits. */
export type NewEvent = { [T in Topic]: EventOf<T> }[Topic];

/** A row of the outbox; `payload` and `headers` are JSON text. */
export interface OutboxRow {
  readonly organizationId: string;
  readonly eventId: string;
  readonly topic: Topic;
  readonly key: string;
  readonly payload: string;
  readonly headers: string;
}

/**
 * Writes events into the outbox of the running transaction, in their order; the relay publishes them after it
 * commits, and nothing is published when it does not.
 *
 * @throws TypeError when a payload does not fit its topic's schema: a mistake in the program, found at once
 */
export async function appendEvents(tx: EntityManager, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(INSERT_OUTBOX, outboxParameters(toOutboxRows(tx, events)));
}

/** Inserts outbox rows given as the arrays of `outboxParameters`; a set-based statement may take it as a part. */
export const INSERT_OUTBOX = `insert into outbox (organization_id, event_id, topic, key, payload, headers)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[])`;

/** The rows as one array a column, in the column order of `INSERT_OUTBOX`. */
export function outboxParameters(rows: readonly OutboxRow[]): string[][] {
  return [
    rows.map(({ organizationId }) => organizationId),
    rows.map(({ eventId }) => eventId),
    rows.map(({ topic }) => topic),
    rows.map(({ key }) => key),
    rows.map(({ payload }) => payload),
    rows.map(({ headers }) => headers),
  ];
}

/**
 * Checks events and makes the outbox rows that this transaction will write, with the trace of the running request. The
 * relay is told of them when it commits. Throws as `appendEvents` does.
 */
export function toOutboxRows(tx: EntityManager, events: readonly NewEvent[]): OutboxRow[] {
  const running = context.active();
  return events.map((event) => {
    const { topic, payload, organizationId, key, id: eventId = newId(), causationId, correlationId } = event;
    assertFits(payloadTypes[topic], topic, payload);
    transactionOf(tx).topics.add(topic);
    const traceparent = traceparentOfNew(topic, eventId, event.trace ?? running);
    return {
      organizationId,
      eventId,
      topic,
      key: key ?? keyOf(topic, payload),
      payload: toPlainJson(payload),
      headers: JSON.stringify({ causationId, correlationId, traceparent }),
    };
  });
}
