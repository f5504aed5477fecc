import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { type Logger, silentLogger } from '../../logger.ts';
import type { Gauges } from '../../telemetry/gauges.ts';
import { type Deliver, type EventBus, type EventRecord, type Subscription, TopicUnavailable } from '../bus.ts';
import { topics as declaredTopics, type TopicDeclaration } from '../topics.ts';
import { type KafkaConnection, kafkaClient } from './connection.ts';
import { lagGauges } from './gauges.ts';
import { type ConsumerLag, lagOf } from './lag.ts';
import { KAFKA_SYSTEM, Publisher } from './publisher.ts';
import { type ConsumerTimeouts, Subscriber } from './subscriber.ts';
import { assertTopics, TopicsError } from './topics.ts';

export interface KafkaBusOptions {
  readonly connection: KafkaConnection;
  /** Before the name of each topic and group, for clusters that several environments share. */
  readonly prefix?: string;
  readonly logger?: Logger;
  /** Deliveries at a time to one group. Default 4. */
  readonly concurrency?: number;
  readonly timeouts?: ConsumerTimeouts;
  /** Replicas of each topic, instead of the declared ones. */
  readonly replicationFactor?: number;
  /** After which a publication that is not acknowledged has failed. Default 10,000. */
  readonly publishTimeoutMs?: number;
}

const defaultTimeouts: ConsumerTimeouts = {
  sessionTimeout: 10_000,
  rebalanceTimeout: 20_000,
  heartbeatInterval: 2_000,
};

/** How long a failed look at the topics counts: each publication asks, and none must wait long for the answer. */
const LOOK_AGAIN_MS = 1_000;

/** The bus of a cluster: one topic of Kafka for each of ours, which the command `topics` made. */
export class KafkaBus implements EventBus {
  readonly system = KAFKA_SYSTEM;
  readonly #options: KafkaBusOptions;
  readonly #logger: Logger;
  readonly #kafka: Kafka;
  readonly #publisher: Publisher;
  readonly #timeoutMs: number;
  readonly #subscribers = new Map<Subscriber, { group: string; topics: readonly string[] }>();
  #gauges: Gauges | undefined;
  #looking: Promise<void> | undefined;
  #asDeclared = false;
  #reachable = true;

  constructor(options: KafkaBusOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#kafka = kafkaClient(options.connection, this.#logger);
    this.#timeoutMs = options.publishTimeoutMs ?? 10_000;
    this.#publisher = new Publisher({
      kafka: this.#kafka,
      nameOf: (topic) => this.#nameOf(topic),
      partitionsOf: (topic) => declarationOf(topic).partitions,
      timeoutMs: this.#timeoutMs,
    });
  }

  /**
   * Looks whether the topics are as declared. A cluster that cannot be reached is no error: publications fail and
   * subscriptions wait until it can.
   *
   * @throws TopicsError naming each difference and the command that mends it
   */
  async start(): Promise<void> {
    await this.#topicsAreAsDeclared().catch((error) => {
      if (error instanceof TopicsError) throw error;
    });
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    try {
      await this.#topicsAreAsDeclared();
    } catch (error) {
      throw new TopicUnavailable((error as Error).message, { cause: error });
    }
    await this.#publisher.publish(records);
  }

  async subscribe(group: string, topics: readonly string[], deliver: Deliver): Promise<Subscription> {
    for (const topic of topics) {
      if (!declarationOf(topic).consumers.includes(group)) {
        throw new Error(`"${group}" is not declared as a consumer of "${topic}".`);
      }
    }
    await this.start();
    const subscriber = new Subscriber({
      kafka: this.#kafka,
      groupId: this.#nameOf(group),
      topics: new Map(topics.map((topic) => [this.#nameOf(topic), topic])),
      deliver,
      logger: this.#logger,
      concurrency: this.#options.concurrency ?? 4,
      timeouts: this.#options.timeouts ?? defaultTimeouts,
      ready: () => this.#topicsAreAsDeclared(),
    });
    this.#subscribers.set(subscriber, { group, topics });
    subscriber.start();
    this.#gauges ??= lagGauges(this.system, () => this.lag(), this.#logger);
    return {
      stop: async () => {
        this.#subscribers.delete(subscriber);
        await subscriber.stop();
      },
    };
  }

  async close(): Promise<void> {
    const subscribers = [...this.#subscribers.keys()];
    this.#subscribers.clear();
    await Promise.all([this.#gauges?.stop(), ...subscribers.map((subscriber) => subscriber.stop())]);
    await this.#publisher.close();
  }

  /** How far the groups subscribed here, with all their members anywhere, are behind; asks the cluster. */
  async lag(): Promise<ConsumerLag[]> {
    return await lagOf(this.#kafka, [...this.#subscribers.values()], (name) => this.#nameOf(name));
  }

  #nameOf(name: string): string {
    return `${this.#options.prefix ?? ''}${name}`;
  }

  /** Waits as long for the answer as a publication may take; a look that lasts longer is there for whoever asks next. */
  async #topicsAreAsDeclared(): Promise<void> {
    if (this.#asDeclared) return;
    this.#looking ??= this.#look();
    const answered = new AbortController();
    const deadline = delay(this.#timeoutMs, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`Kafka did not answer within ${this.#timeoutMs / 1000} s.`);
    });
    try {
      await Promise.race([this.#looking, deadline]);
    } finally {
      answered.abort();
    }
  }

  async #look(): Promise<void> {
    try {
      await assertTopics(this.#kafka, this.#options);
      if (!this.#reachable) this.#logger.info('Kafka can be reached, and its topics are as declared');
      this.#reachable = true;
      this.#asDeclared = true;
    } catch (error) {
      // The next use looks again; all until then have this answer.
      setTimeout(() => {
        this.#looking = undefined;
      }, LOOK_AGAIN_MS).unref();
      if (this.#reachable) this.#logger.warn({ err: error }, 'events cannot go over Kafka now; they wait');
      this.#reachable = false;
      throw error;
    }
  }
}

function declarationOf(topic: string): TopicDeclaration {
  const declared = (declaredTopics as Record<string, TopicDeclaration>)[topic];
  if (!declared) throw new Error(`The topic "${topic}" is not declared.`);
  return declared;
}
