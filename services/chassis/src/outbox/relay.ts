import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.ts';
import { prepared } from '../database/prepared.ts';
import { fromPlainJson } from '../events/avro.ts';
import { type EventBus, type EventRecord, PublishError, TopicUnavailable } from '../events/bus.ts';
import { EventCodec, type FrameWriter } from '../events/codec.ts';
import { type EventPayloads, payloadTypes, type Topic, topicNames } from '../events/topics.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { Blocks } from './blocks.ts';
import { outboxGauges } from './gauges.ts';

/** Rows published at a time at most. */
const BATCH_SIZE = 1_000;
/** Rows a transaction claims at most: how much is published again after a crash. */
const TRANSACTION_SIZE = 5_000;
/** Without a commit in this process, how often rows are looked for that another one wrote. */
const QUIET_POLL_MS = 250;
const FAILURE_PAUSE_MS = 500;
/** Any fixed number: the lock of the one active relay of a database. */
const RELAY_LOCK = 4_702_111_236;

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly bus: EventBus;
  /** Default: one of its own on `mock://`. */
  readonly codec?: EventCodec;
  readonly logger?: Logger;
  /** Pause after a look that found nothing, while transactions keep committing. Default 5 ms. */
  readonly idleMs?: number;
}

interface Row {
  readonly id: bigint;
  readonly organization_id: string;
  readonly event_id: string;
  readonly topic: Topic;
  readonly key: string;
  readonly payload: unknown;
  readonly headers: Record<string, string>;
  readonly created_at: Date;
}

/**
 * Publishes the outbox of one database.
 *
 * One relay is active at a time, by an advisory lock held for each batch: two of them taking turns at rows with SKIP
 * LOCKED would publish a key's second row before its first. Rows go in the order of their ids. That is the order of
 * commits for each key, because whoever changes an aggregate holds its lock when it writes the event; a row with a
 * lower id that commits later belongs to another aggregate.
 *
 * A backlog is published in larger transactions, each of one moment's rows, in which the next batch is claimed while one
 * is published: 1.2 times as fast.
 *
 * Rows are deleted in the transaction that claimed them, after the bus has them: a crash in between publishes them
 * again, which the inbox of each consumer recognizes.
 */
export class OutboxRelay {
  readonly #database: Database;
  readonly #bus: EventBus;
  readonly #codec: EventCodec;
  readonly #logger: Logger;
  readonly #idleMs: number;
  readonly #blocks: Blocks;
  readonly #idleWaiters = new Set<PromiseWithResolvers<void>>();
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake = Promise.withResolvers<void>();

  constructor(options: OutboxRelayOptions) {
    this.#database = options.database;
    this.#bus = options.bus;
    this.#codec = options.codec ?? new EventCodec();
    this.#logger = options.logger ?? silentLogger;
    this.#idleMs = options.idleMs ?? 5;
    this.#blocks = new Blocks({ onRelease: () => this.#wake.resolve() });
  }

  /** Begins to publish. */
  start(): void {
    if (this.#running) return;
    this.#stopping = false;
    const stopListening = this.#database.onCommit((topics) => {
      // What waits for a topic that fails is published when its turn comes, not sooner for having company.
      if (!this.#blocks.hold(topics)) this.#wake.resolve();
    });
    const gauges = outboxGauges(this.#database, this.#logger);
    this.#running = this.#run().finally(async () => {
      stopListening();
      this.#blocks.clear();
      await gauges.stop();
    });
  }

  /** Finishes the batch in flight and stops. What is not published yet stays in the outbox. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.resolve();
    await this.#running;
    this.#running = undefined;
    for (const waiter of this.#idleWaiters) waiter.reject(new Error('The outbox relay was stopped.'));
    this.#idleWaiters.clear();
  }

  /**
   * Resolves when nothing is waiting in the outbox any more, seen by a look that began after this call. It waits as
   * long as a consumer is missing or failing.
   */
  async idle(): Promise<void> {
    if (!this.#running) throw new Error('The outbox relay is not running.');
    const waiter = Promise.withResolvers<void>();
    this.#idleWaiters.add(waiter);
    this.#wake.resolve();
    await waiter.promise;
  }

  async #run(): Promise<void> {
    let failures = 0;
    let claimed = 0;
    while (!this.#stopping) {
      this.#wake = Promise.withResolvers<void>();
      const waiters = [...this.#idleWaiters];
      try {
        claimed = await this.#publishBatches(claimed >= BATCH_SIZE);
        failures = 0;
        if (claimed > 0) continue;
        if (waiters.length > 0 && !(await this.#hasRows())) {
          for (const waiter of waiters) {
            this.#idleWaiters.delete(waiter);
            waiter.resolve();
          }
        }
        await delay(this.#idleMs);
        if (this.#idleWaiters.size === 0) await this.#wakeUp(QUIET_POLL_MS);
      } catch (error) {
        failures += 1;
        claimed = 0;
        if (isNews(failures))
          this.#logger.warn({ err: error, failures }, 'nothing could be published; it is tried again');
        await delay(FAILURE_PAUSE_MS);
      }
    }
  }

  /** Waits for a commit, for a failed key's turn, or for the time to look anyway. */
  async #wakeUp(timeoutMs: number): Promise<void> {
    const timeout = new AbortController();
    const late = delay(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.#wake.promise, late]);
    timeout.abort();
  }

  /**
   * @param backlog whether more than a batch may wait
   * @returns how many rows were claimed, published or not
   */
  async #publishBatches(backlog: boolean): Promise<number> {
    const { claimed, removals } = await this.#database.system(
      async (tx) => {
        const removals: Promise<void>[] = [];
        let claimed = 0;
        const [ours, first] = await Promise.all([takeTurn(tx), this.#claim(tx)]);
        let rows = ours ? first : [];
        while (rows.length > 0) {
          claimed += rows.length;
          // The next batch is claimed while this one is published.
          const more = backlog && rows.length === BATCH_SIZE && claimed < TRANSACTION_SIZE;
          const next = more ? this.#claim(tx, rows) : Promise.resolve([]);
          next.catch(() => undefined);
          const published = await this.#publishBatch(tx, rows);
          const removal = remove(tx, published);
          // Not awaited here: the commit goes along, and rolls back when it fails.
          removal.catch(() => undefined);
          removals.push(removal);
          // Behind a failure may be the same key, which is for the next transaction to leave alone.
          rows = published.length === rows.length ? await next : [];
        }
        return { claimed, removals };
      },
      // All batches are of one moment: a later look would find the second event of a key above the rows claimed here,
      // and not the first below them, which had its id before these and was committed after.
      backlog ? { isolation: 'REPEATABLE READ' } : {},
    );
    await Promise.all(removals);
    return claimed;
  }

  /** @returns the rows that were published */
  async #publishBatch(tx: EntityManager, rows: readonly Row[]): Promise<Row[]> {
    const failed = await this.#publish(rows);
    const published = rows.filter(({ id }) => !failed.has(id));
    this.#noteSuccesses(published, failedTopics(rows, failed));
    if (failed.size > 0) await this.#noteFailures(tx, rows, failed);
    return published;
  }

  /** @param behind rows of this transaction's, of whose topics none is claimed that comes before them */
  async #claim(tx: EntityManager, behind: readonly Row[] = []): Promise<Row[]> {
    const { topics, keys } = this.#blocks.current();
    const open = topicNames.filter((topic) => !topics.has(topic));
    const last = new Map(behind.map(({ topic, id }) => [topic, id]));
    // One index range a topic, so that however much waits for a topic that fails, looking past it costs nothing.
    return await prepared<Row>(
      tx,
      'claim-events',
      `select o.* from unnest($1::text[], $2::bigint[]) as open (topic, last)
       cross join lateral (
         select id, organization_id, event_id, topic, key, payload, headers, created_at from outbox
         where topic = open.topic and id > open.last
           and not exists (select from unnest($3::text[], $4::text[]) as b (topic, key)
                           where b.topic = outbox.topic and b.key = outbox.key)
         order by id limit ${BATCH_SIZE}
       ) o
       order by o.id limit ${BATCH_SIZE}`,
      [
        open,
        open.map((topic) => String(last.get(topic) ?? 0)),
        keys.map(([topic]) => topic),
        keys.map(([, key]) => key),
      ],
    );
  }

  /** @returns why rows were not published, by their ids */
  async #publish(rows: readonly Row[]): Promise<Map<bigint, unknown>> {
    const writer = await this.#codec.writer();
    const failed = new Map<bigint, unknown>();
    const failedKeys = new Set<string>();
    const records = new Map<EventRecord, Row>();
    for (const row of rows) {
      const key = JSON.stringify([row.topic, row.key]);
      try {
        if (failedKeys.has(key)) throw new Error('An earlier event of this key waits.');
        records.set(recordOf(row, writer), row);
      } catch (error) {
        failedKeys.add(key);
        failed.set(row.id, error);
      }
    }
    try {
      await this.#bus.publish([...records.keys()]);
    } catch (error) {
      const reasons =
        error instanceof PublishError ? error.failed : new Map([...records.keys()].map((r) => [r, error]));
      for (const [record, reason] of reasons) {
        const row = records.get(record);
        if (row) failed.set(row.id, reason);
      }
    }
    return failed;
  }

  /** Before failures are noted: those must not be taken for the beginning of a new one by what went well beside them. */
  #noteSuccesses(published: readonly Row[], failing: ReadonlySet<Topic>): void {
    for (const { topic, key } of published) {
      this.#blocks.succeeded(topic, key);
      if (!failing.has(topic)) this.#blocks.topicSucceeded(topic);
    }
  }

  async #noteFailures(tx: EntityManager, rows: readonly Row[], failed: ReadonlyMap<bigint, unknown>): Promise<void> {
    const reasons = new Map(
      [...failed].map(([id, error]) => [id, error instanceof Error ? error.message : String(error)]),
    );
    const waiting = rows.filter(({ id }) => reasons.has(id));
    await tx.query(
      `update outbox set attempts = attempts + 1, last_error = f.reason
       from unnest($1::text[], $2::bigint[], $3::text[]) as f (topic, id, reason)
       where outbox.topic = f.topic and outbox.id = f.id`,
      [
        waiting.map(({ topic }) => topic),
        waiting.map(({ id }) => String(id)),
        waiting.map(({ id }) => reasons.get(id)),
      ],
    );
    for (const { id, topic, key } of waiting) {
      const reason = reasons.get(id);
      const wholeTopic = failed.get(id) instanceof TopicUnavailable;
      const waits = wholeTopic ? this.#blocks.topicFailed(topic) : this.#blocks.failed(topic, key);
      if (isNews(waits)) this.#logger.warn({ topic, key, reason, waits }, 'events could not be published; they wait');
    }
  }

  async #hasRows(): Promise<boolean> {
    return await this.#database.system(async (tx) => {
      const [row]: { found: boolean }[] = await tx.query('select exists (select from outbox) as found');
      return row?.found ?? false;
    });
  }
}

/** The 1st, 2nd, 4th, 8th …: what is away for days is not worth a line every ten seconds. */
function isNews(times: number): boolean {
  return times > 0 && (times & (times - 1)) === 0;
}

/**
 * Whether this relay is the active one until the transaction ends. Consumers are slow sometimes, and the session's
 * time-out for idle transactions is meant for forgotten ones, so it does not count here. The queue is read by its index
 * alone: row-level security's condition makes the planner expect few rows, and it read and sorted a backlog of 50,000
 * in 120 ms for each batch.
 */
async function takeTurn(tx: EntityManager): Promise<boolean> {
  const [turn] = await prepared<{ ours: boolean }>(
    tx,
    'take-turn',
    `select pg_try_advisory_xact_lock($1) as ours, set_config('idle_in_transaction_session_timeout', '0', true),
       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
    [RELAY_LOCK],
  );
  return turn?.ours ?? false;
}

function failedTopics(rows: readonly Row[], failed: ReadonlyMap<bigint, unknown>): Set<Topic> {
  return new Set(rows.filter(({ id }) => failed.has(id)).map(({ topic }) => topic));
}

/** By topic, too, because the queue's index begins with it. */
async function remove(tx: EntityManager, rows: readonly Row[]): Promise<void> {
  await prepared(
    tx,
    'remove-published',
    `delete from outbox using unnest($1::text[], $2::bigint[]) as p (topic, id)
     where outbox.topic = p.topic and outbox.id = p.id`,
    [rows.map(({ topic }) => topic), rows.map(({ id }) => String(id))],
  );
}

function recordOf(row: Row, writer: FrameWriter): EventRecord {
  const { topic, key } = row;
  const type = payloadTypes[topic];
  return {
    topic,
    key,
    value: writer.frame(topic, fromPlainJson(type, row.payload) as EventPayloads[Topic]),
    headers: {
      ...row.headers,
      id: row.event_id,
      type: type.name ?? topic,
      schemaVersion: writer.versionOf(topic),
      organizationId: row.organization_id,
      occurredAt: row.created_at.toISOString(),
    },
  };
}
