import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import type { Deliver, Subscription } from '../bus.ts';
import { toRecord } from './wire.ts';

/** Records delivered together at most; each delivery is followed by the commit of its offset. */
const DELIVERY_SIZE = 500;
/** Memory bound: what one fetch may bring of one partition. */
const MAX_BYTES_PER_PARTITION = 1 << 20;
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
  /** Partitions worked on at a time. */
  readonly concurrency: number;
  readonly timeouts: ConsumerTimeouts;
}

/** In milliseconds. */
export interface ConsumerTimeouts {
  /** A member that says nothing for so long is taken to be dead, and its partitions go to others. */
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly heartbeatInterval: number;
}

/**
 * A member of a consumer group. An offset is committed after the delivery of everything before it has committed, so
 * a crash in between delivers again. A delivery that fails is tried again for as long as the partition is ours, while
 * nothing more is fetched of it; what can never succeed is for `deliver` to put aside.
 */
export class Subscriber implements Subscription {
  readonly #options: SubscriberOptions;
  readonly #stopping = new AbortController();
  #consumer: Consumer | undefined;
  #restarting: Promise<void> | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  /** Joins the group. */
  async start(): Promise<void> {
    const { kafka, groupId, topics, concurrency, timeouts } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      ...timeouts,
      allowAutoTopicCreation: false,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxWaitTimeInMs: 100,
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      // The client comes back by itself from what it takes to pass; after anything else it would stay silent for ever.
      if (!restart) this.#restart(error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics.keys()], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (batch) => this.#take(batch, consumer),
    });
  }

  /** Finishes the deliveries under way, commits their offsets and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    await this.#consumer?.disconnect();
    this.#consumer = undefined;
  }

  async #take(payload: EachBatchPayload, consumer: Consumer): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, resolveOffset } = payload;
    const topic = this.#options.topics.get(batch.topic) ?? batch.topic;
    const ours = () => isRunning() && !isStale() && !this.#stopping.signal.aborted;
    for (let from = 0; from < batch.messages.length; from += DELIVERY_SIZE) {
      const messages = batch.messages.slice(from, from + DELIVERY_SIZE);
      const last = messages.at(-1);
      const records = messages.map((message) => toRecord(topic, message));
      if (!last || !(await this.#deliver(records, ours, heartbeat))) return;
      resolveOffset(last.offset);
      const offset = (BigInt(last.offset) + 1n).toString();
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      await heartbeat();
    }
  }

  /** Whether the records were delivered; false when the partition is no longer ours, or we stop, before that. */
  async #deliver(
    records: Parameters<Deliver>[0],
    ours: () => boolean,
    heartbeat: () => Promise<void>,
  ): Promise<boolean> {
    const { deliver, logger, groupId, timeouts } = this.#options;
    // A slow delivery must not look like a dead member. A heartbeat that fails shows as a stale batch.
    const beating = setInterval(() => void heartbeat().catch(() => undefined), timeouts.heartbeatInterval);
    try {
      for (let attempt = 0; ours(); attempt += 1) {
        try {
          await deliver(records);
          return true;
        } catch (error) {
          logger.warn({ err: error, groupId, topic: records[0]?.topic, attempt }, 'a delivery failed; trying again');
          const pauseMs = Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
          await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        }
      }
      return false;
    } finally {
      clearInterval(beating);
    }
  }

  #restart(cause: unknown): void {
    const { logger, groupId } = this.#options;
    logger.error({ err: cause, groupId }, 'a consumer ended; it starts again');
    this.#restarting = (async () => {
      while (!this.#stopping.signal.aborted) {
        await delay(RESTART_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        if (this.#stopping.signal.aborted) return;
        await this.#consumer?.disconnect().catch(() => undefined);
        try {
          return await this.start();
        } catch (error) {
          logger.error({ err: error, groupId }, 'a consumer could not start again');
        }
      }
    })();
  }
}
