import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchHandler, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import { Slots } from '../../slots.ts';
import type { Deliver, Subscription } from '../bus.ts';
import { type NextOffset, Offsets } from './offsets.ts';
import { toRecord } from './wire.ts';

/** Records delivered together at most. */
const DELIVERY_SIZE = 500;
/** Memory bounds: what one fetch may bring of one partition, and of all of them. */
const MAX_BYTES_PER_PARTITION = 1 << 20;
const MAX_BYTES = 8 << 20;
/**
 * How long the client is kept waiting for a delivery. It fetches of no partition before it has an answer for all it
 * fetched, so a slow one's partition is paused and the others go on; a partition that was paused misses the fetch under
 * way, so a quick one's is not.
 */
const PATIENCE_MS = 100;
const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 5_000;
const RESTART_MS = 1_000;

export interface SubscriberOptions {
  readonly kafka: Kafka;
  /** Name of the group in the cluster. */
  readonly groupId: string;
  /** Names in the cluster, and the topics they are. */
  readonly topics: ReadonlyMap<string, string>;
  readonly deliver: Deliver;
  readonly logger: Logger;
  /** Deliveries at a time, each of another partition. */
  readonly concurrency: number;
  readonly timeouts: ConsumerTimeouts;
  /** Asked before each try to join; what it rejects with is a reason to try later. */
  readonly ready: () => Promise<void>;
}

/** In milliseconds. */
export interface ConsumerTimeouts {
  /** A member that says nothing for so long is taken to be dead, and its partitions go to others. */
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
}

/**
 * A member of a consumer group, which joins when the cluster can be reached and comes back whenever it is thrown out.
 *
 * An offset is committed some time after the delivery of everything before it, so a crash in between delivers again. A
 * delivery that fails is fetched and tried again for as long as the partition is ours, and holds up its partition alone; what can
 * never succeed is for `deliver` to put aside. Nothing is fetched of a partition beyond what is being delivered.
 */
export class Subscriber implements Subscription {
  readonly #options: SubscriberOptions;
  readonly #stop = new AbortController();
  readonly #stopped = Promise.withResolvers<undefined>();
  readonly #slots: Slots;
  /** Failures in a row, by partition. */
  readonly #failures = new Map<string, number>();
  /** Deliveries under way, by partition, until it may be delivered of again; none rejects. They outlive their consumer. */
  readonly #handling = new Map<string, Promise<void>>();
  /** Counts assignments: partitions may be another member's after each. */
  #generation = 0;
  #consuming: boolean | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency);
  }

  /** Begins to join the group, and goes on trying. */
  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the deliveries under way, commits their offsets and leaves the group. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stopped.resolve(undefined);
    await this.#running;
    await this.#handled();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const reason = await this.#beMember();
      if (this.#stop.signal.aborted) return;
      this.#report(false, reason);
      await this.#pause(RESTART_MS * (0.5 + Math.random()));
    }
  }

  /** Takes part in the group until that ends; @returns why it did, nothing when we stop. */
  async #beMember(): Promise<unknown> {
    const { kafka, groupId, timeouts } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      ...timeouts,
      allowAutoTopicCreation: false,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: MAX_BYTES,
      maxWaitTimeInMs: 100,
      // The client comes back by itself after some errors and never after others; we do, after all of them.
      retry: { restartOnFailure: async () => false },
    });
    const offsets = new Offsets((due) => this.#commit(consumer, due));
    const crash = Promise.withResolvers<unknown>();
    consumer.on(consumer.events.CRASH, ({ payload }) => crash.resolve(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.#generation += 1;
      offsets.forget();
      this.#report(true);
    });
    let joining = true;
    const joined = this.#join(consumer, (batch) => this.#take(batch, offsets)).finally(() => {
      joining = false;
    });
    try {
      return await Promise.race([joined.then(() => crash.promise), this.#stopped.promise]);
    } catch (error) {
      return error;
    } finally {
      if (this.#stop.signal.aborted && !joining) {
        await this.#handled();
      } else {
        offsets.forget();
      }
      await offsets.leave();
      await disconnect(consumer);
      // A join that was cut short may have gone on by itself, and must not leave a member that nobody knows of.
      if (joining) void joined.catch(() => undefined).then(() => disconnect(consumer));
    }
  }

  async #join(consumer: Consumer, eachBatch: EachBatchHandler): Promise<void> {
    const { ready, topics, concurrency } = this.#options;
    await ready();
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics.keys()], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch,
    });
  }

  async #commit(consumer: Consumer, offsets: NextOffset[]): Promise<void> {
    try {
      await consumer.commitOffsets(offsets);
    } catch (error) {
      const { logger, groupId } = this.#options;
      logger.debug({ err: error, groupId, offsets }, 'offsets were not committed');
      throw error;
    }
  }

  async #take(payload: EachBatchPayload, offsets: Offsets): Promise<void> {
    const { batch, pause } = payload;
    const name = `${batch.topic}/${batch.partition}`;
    // What is left unresolved is fetched again.
    if (this.#stop.signal.aborted) return void pause();
    let handled = this.#handling.get(name);
    if (!handled) {
      if (!this.#slots.take()) return this.#slots.whenFree(pause());
      handled = this.#handle(name, payload, offsets);
      this.#handling.set(name, handled);
    }
    if ((await Promise.race([handled, delay(PATIENCE_MS, 'late')])) !== 'late') return;
    const resume = pause();
    void handled.then(() => {
      if (!this.#stop.signal.aborted) resume();
    });
  }

  /** Delivers a batch; resolves when that is done, or may be tried again. */
  async #handle(name: string, payload: EachBatchPayload, offsets: Offsets): Promise<void> {
    try {
      await this.#deliver(name, payload, offsets).finally(() => this.#slots.give());
    } catch (error) {
      const { topic, partition } = payload.batch;
      const failures = (this.#failures.get(name) ?? 0) + 1;
      this.#failures.set(name, failures);
      // The 1st, 2nd, 4th, 8th …: a database that is away for an hour is not worth a line every five seconds.
      const level = (failures & (failures - 1)) === 0 ? 'warn' : 'debug';
      const { logger, groupId } = this.#options;
      logger[level]({ err: error, groupId, topic, partition, failures }, 'a delivery failed; it is tried again');
      await this.#pause(Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2));
    }
    this.#handling.delete(name);
  }

  async #deliver(name: string, { batch, resolveOffset }: EachBatchPayload, offsets: Offsets): Promise<void> {
    const { topics, deliver } = this.#options;
    const { topic, partition, messages } = batch;
    const generation = this.#generation;
    const ours = () => this.#generation === generation;
    for (let from = 0; from < messages.length && ours() && !this.#stop.signal.aborted; from += DELIVERY_SIZE) {
      const chunk = messages.slice(from, from + DELIVERY_SIZE);
      await deliver(chunk.map((message) => toRecord(topics.get(topic) ?? topic, message)));
      this.#failures.delete(name);
      const last = chunk.at(-1)?.offset ?? '0';
      if (!ours()) break;
      resolveOffset(last);
      offsets.handled({ topic, partition, offset: (BigInt(last) + 1n).toString() });
    }
  }

  async #handled(): Promise<void> {
    await Promise.all(this.#handling.values());
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  /** Once a change, not once a try. */
  #report(consuming: boolean, reason?: unknown): void {
    if (this.#consuming === consuming) return;
    this.#consuming = consuming;
    const { logger, groupId } = this.#options;
    if (consuming) logger.info({ groupId }, 'consuming from Kafka');
    else logger.warn({ err: reason, groupId }, 'not consuming from Kafka; it is tried again until it succeeds');
  }
}

async function disconnect(consumer: Consumer): Promise<void> {
  await consumer.disconnect().catch(() => undefined);
}
