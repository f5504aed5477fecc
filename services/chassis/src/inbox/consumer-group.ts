import { setTimeout as delay } from 'node:timers/promises';
import { propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { EntityManager } from 'typeorm';
import { type Clock, systemClock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { isTransient } from '../database/sql-state.ts';
import type { EventBus, EventRecord, Subscription } from '../events/bus.ts';
import { EventCodec } from '../events/codec.ts';
import type { Topic } from '../events/topics.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { putAside, takeBack } from './dead-letter.ts';
import { identify, type ReceivedEvent, receive } from './received-event.ts';
import { bindRelease, WaitFor } from './wait-for.ts';
import { lockWaitKey, park, unpark, type WaitingRoom, waitingSince } from './waiting.ts';

export type { ReceivedEvent } from './received-event.ts';
export { release, type WaitFor, waitFor } from './wait-for.ts';

const BATCH_SIZE = 100;
/** Of one delivery; several partitions are delivered at a time, and each takes so many connections of the pool. */
const ORGANIZATIONS_AT_A_TIME = 2;
const RETRY_BASE_MS = 20;
/** Tries on a database that does not work before the bus is asked to come again later. */
const TRANSIENT_ATTEMPTS = 5;
const WAITING_CHECK_MS = 60_000;

// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing, and are declared so
type Answer = WaitFor | undefined | void;

/** Applies one event. Its effect must be in `tx` alone: the event is marked as received in the same transaction. */
export type EventHandler<T extends Topic> = (tx: EntityManager, event: ReceivedEvent<T>) => Promise<Answer>;

export type EventHandlers = { readonly [T in Topic]?: EventHandler<T> };

export interface ConsumerGroupOptions {
  /** The service's name, as the topics' declarations name their consumers. */
  readonly group: string;
  readonly database: Database;
  readonly bus: EventBus;
  /** Default: one of its own on `mock://`. */
  readonly codec?: EventCodec;
  readonly handlers: EventHandlers;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** How often a handler may fail before its event is put aside. Default 3. */
  readonly attempts?: number;
  /** An event that waits longer for another's effect is logged. Default 5 minutes. */
  readonly waitingTooLongMs?: number;
}

/**
 * Applies the events of its topics, each exactly once: the inbox row and the effect commit together, and a row that is
 * there already means a repetition.
 *
 * Up to 100 events of one organization share a transaction. When one of them fails, all are rolled back and go one by
 * one. An error of the database's condition (connection lost, conflict, disk full) is tried again and then handed
 * back to the bus, which comes again; any other error is the event's own, and after a few attempts the event is put
 * aside as a dead letter so that those behind it go on.
 */
export class ConsumerGroup {
  readonly #options: ConsumerGroupOptions;
  readonly #codec: EventCodec;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #attempts: number;
  #subscription: Subscription | undefined;
  #watch: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: ConsumerGroupOptions) {
    this.#options = options;
    this.#codec = options.codec ?? new EventCodec();
    this.#logger = options.logger ?? silentLogger;
    this.#clock = options.clock ?? systemClock;
    this.#attempts = options.attempts ?? 3;
  }

  /** Begins to receive. */
  async start(): Promise<void> {
    const { bus, group, handlers } = this.#options;
    this.#stopping = false;
    this.#subscription = await bus.subscribe(group, Object.keys(handlers), (records) => this.#take(records));
    this.#watch = setInterval(() => void this.reportWaiting(), WAITING_CHECK_MS).unref();
  }

  /** Takes no more records; resolves when those in flight are committed or handed back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    await this.#subscription?.stop();
    this.#subscription = undefined;
  }

  /**
   * Handles a dead letter again; it stays one when it fails again.
   *
   * @returns whether there was one
   */
  async replay(organizationId: string, eventId: string): Promise<boolean> {
    const { database, group } = this.#options;
    return await database.tenant(organizationId, async (tx) => {
      const record = await takeBack(tx, group, organizationId, eventId);
      if (!record) return false;
      const room = { organizationId, group };
      this.#bind(tx, room);
      await this.#handle(tx, room, record, await receive(record, this.#codec));
      return true;
    });
  }

  /** Logs the events that have waited too long for another's effect; called once a minute by itself. */
  async reportWaiting(): Promise<void> {
    const { database, group, waitingTooLongMs = 5 * 60_000 } = this.#options;
    const before = new Date(this.#clock.now().getTime() - waitingTooLongMs);
    try {
      for (const row of await database.system((tx) => waitingSince(tx, group, before))) {
        this.#logger.warn({ group, ...row }, 'an event waits too long for the one it builds on');
      }
    } catch (error) {
      this.#logger.warn({ err: error, group }, 'waiting events could not be looked for');
    }
  }

  /** Organizations have nothing to do with each other; the events of each stay in order. */
  async #take(records: readonly EventRecord[]): Promise<void> {
    const queue = Map.groupBy(records, ({ headers }) => headers.organizationId).values();
    const failures: unknown[] = [];
    const worker = async () => {
      for (const own of queue) await this.#takeOrganization(own).catch((error) => failures.push(error));
    };
    await Promise.all(Array.from({ length: ORGANIZATIONS_AT_A_TIME }, worker));
    // All come again then; those that took effect are recognized.
    if (failures.length > 0) throw failures[0];
  }

  async #takeOrganization(records: readonly EventRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += BATCH_SIZE) {
      const batch = records.slice(from, from + BATCH_SIZE);
      try {
        await this.#apply(batch);
      } catch (error) {
        this.#logger.debug({ err: error, group: this.#options.group }, 'a batch failed; its events go one by one');
        // Stops at the first that must come again: those behind it may be of the same key.
        for (const record of batch) await this.#applyAlone(record);
      }
    }
  }

  async #applyAlone(record: EventRecord): Promise<void> {
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#apply([record]);
      } catch (error) {
        if (isTransient(error)) {
          if (this.#stopping || attempt - failures >= TRANSIENT_ATTEMPTS) throw error;
        } else {
          failures += 1;
          if (failures >= this.#attempts) return await this.#bury(record, error, failures);
        }
        await delay(Math.random() * RETRY_BASE_MS * 2 ** attempt);
      }
    }
  }

  /** One transaction: which of these are new, and their effects. All of one organization. */
  async #apply(records: readonly EventRecord[]): Promise<void> {
    const events = await Promise.all(records.map((record) => receive(record, this.#codec)));
    const organizationId = events[0]?.organizationId;
    if (organizationId === undefined) return;
    const { database, group } = this.#options;
    const room = { organizationId, group };
    await database.tenant(organizationId, async (tx) => {
      this.#bind(tx, room);
      const fresh = await markReceived(tx, room, events);
      for (const [index, event] of events.entries()) {
        const record = records[index];
        // Deleting also skips an event that is twice in this batch.
        if (record && fresh.delete(event.id)) await this.#handle(tx, room, record, event);
      }
    });
  }

  async #handle(tx: EntityManager, room: WaitingRoom, record: EventRecord, event: ReceivedEvent): Promise<void> {
    let answer = await this.#call(tx, event);
    // Asked again under the key's lock, until it still waits for the very key that is locked: the effect may have
    // been committed since the first answer, and its release found nobody waiting.
    for (let locked: string | undefined; answer instanceof WaitFor; answer = await this.#call(tx, event)) {
      if (answer.key === locked) return await park(tx, room, event.id, answer.key, record);
      locked = answer.key;
      await lockWaitKey(tx, room, locked);
    }
  }

  async #call(tx: EntityManager, event: ReceivedEvent): Promise<Answer> {
    const handler = this.#options.handlers[event.topic] as EventHandler<Topic> | undefined;
    if (!handler) throw new Error(`The group "${this.#options.group}" has no handler for "${event.topic}".`);
    const parent = propagation.extract(ROOT_CONTEXT, event.headers);
    const name = `${event.topic} process`;
    return await trace.getTracer('finflow').startActiveSpan(name, { kind: SpanKind.CONSUMER }, parent, async (span) => {
      try {
        return await handler(tx, event);
      } finally {
        span.end();
      }
    });
  }

  #bind(tx: EntityManager, room: WaitingRoom): void {
    bindRelease(tx, async (inner, key) => {
      await lockWaitKey(inner, room, key);
      for (const { record } of await unpark(inner, room, key)) await this.#applyReleased(inner, room, record);
    });
  }

  /** In a savepoint: an event that waited and fails now must not take the one that released it along. */
  async #applyReleased(tx: EntityManager, room: WaitingRoom, record: EventRecord): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const event = await receive(record, this.#codec);
        return await tx.transaction((inner) => this.#handle(inner, room, record, event));
      } catch (error) {
        if (isTransient(error)) throw error;
        if (attempt < this.#attempts) continue;
        this.#logBurial(record, error, attempt);
        return await putAside(tx, this.#options.group, record, error, attempt);
      }
    }
  }

  /** The dead letter and the inbox row in one transaction, so that a redelivery is not handled again. */
  async #bury(record: EventRecord, error: unknown, attempts: number): Promise<void> {
    const { database, group } = this.#options;
    const { organizationId, id } = identify(record);
    await database.tenant(organizationId, async (tx) => {
      const fresh = await markReceived(tx, { organizationId, group }, [{ id, topic: record.topic }]);
      if (fresh.size > 0) await putAside(tx, group, record, error, attempts);
    });
    this.#logBurial(record, error, attempts);
  }

  #logBurial({ topic, key, headers }: EventRecord, error: unknown, attempts: number): void {
    const { group } = this.#options;
    this.#logger.error(
      { err: error, group, topic, key, eventId: headers.id, attempts },
      'an event became a dead letter',
    );
  }
}

/** Marks events as received; returns the ids of those that were not yet. */
async function markReceived(
  tx: EntityManager,
  { organizationId, group }: WaitingRoom,
  events: readonly { id: string; topic: string }[],
): Promise<Set<string>> {
  const rows: { event_id: string }[] = await tx.query(
    `insert into inbox (organization_id, consumer_group, event_id, topic)
     select $1, $2, e.id, e.topic from unnest($3::uuid[], $4::text[]) as e (id, topic)
     on conflict do nothing returning event_id`,
    [organizationId, group, events.map(({ id }) => id), events.map(({ topic }) => topic)],
  );
  return new Set(rows.map(({ event_id }) => event_id));
}
