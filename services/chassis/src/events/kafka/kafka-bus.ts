import type { Kafka } from 'kafkajs';
import { type Logger, silentLogger } from '../../logger.ts';
import type { Deliver, EventBus, EventRecord, Subscription } from '../bus.ts';
import { topics as declaredTopics, type TopicDeclaration } from '../topics.ts';
import { type KafkaConnection, kafkaClient } from './connection.ts';
import { Publisher } from './publisher.ts';
import { type ConsumerTimeouts, Subscriber } from './subscriber.ts';
import { assertTopics } from './topics.ts';

export interface KafkaBusOptions {
  readonly connection: KafkaConnection;
  /** Before the name of each topic and group, for clusters that several environments share. */
  readonly prefix?: string;
  readonly logger?: Logger;
  /** Partitions that one subscription works on at a time. Default 4. */
  readonly concurrency?: number;
  readonly timeouts?: ConsumerTimeouts;
  /** Replicas of each topic, when the cluster has fewer brokers than the declarations want. */
  readonly replicationFactor?: number;
}

const defaultTimeouts: ConsumerTimeouts = {
  sessionTimeout: 30_000,
  rebalanceTimeout: 30_000,
  heartbeatInterval: 3_000,
};

/** The bus of a cluster: one topic of Kafka for each of ours, which the command `topics` made. */
export class KafkaBus implements EventBus {
  readonly #options: KafkaBusOptions;
  readonly #logger: Logger;
  readonly #kafka: Kafka;
  readonly #publisher: Publisher;
  readonly #subscribers = new Set<Subscriber>();
  #checked: Promise<void> | undefined;

  constructor(options: KafkaBusOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#kafka = kafkaClient(options.connection, this.#logger);
    this.#publisher = new Publisher({
      kafka: this.#kafka,
      nameOf: (topic) => this.#nameOf(topic),
      partitionsOf: (topic) => declarationOf(topic).partitions,
    });
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    await this.#topicsAreAsDeclared();
    await this.#publisher.publish(records);
  }

  async subscribe(group: string, topics: readonly string[], deliver: Deliver): Promise<Subscription> {
    for (const topic of topics) {
      if (!declarationOf(topic).consumers.includes(group)) {
        throw new Error(`"${group}" is not declared as a consumer of "${topic}".`);
      }
    }
    await this.#topicsAreAsDeclared();
    const subscriber = new Subscriber({
      kafka: this.#kafka,
      groupId: this.#nameOf(group),
      topics: new Map(topics.map((topic) => [this.#nameOf(topic), topic])),
      deliver,
      logger: this.#logger,
      concurrency: this.#options.concurrency ?? 4,
      timeouts: this.#options.timeouts ?? defaultTimeouts,
    });
    this.#subscribers.add(subscriber);
    await subscriber.start();
    return {
      stop: async () => {
        this.#subscribers.delete(subscriber);
        await subscriber.stop();
      },
    };
  }

  async close(): Promise<void> {
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
    await this.#publisher.close();
  }

  #nameOf(name: string): string {
    return `${this.#options.prefix ?? ''}${name}`;
  }

  async #topicsAreAsDeclared(): Promise<void> {
    this.#checked ??= assertTopics(this.#kafka, this.#options);
    try {
      await this.#checked;
    } catch (error) {
      this.#checked = undefined;
      throw error;
    }
  }
}

function declarationOf(topic: string): TopicDeclaration {
  const declared = (declaredTopics as Record<string, TopicDeclaration>)[topic];
  if (!declared) throw new Error(`The topic "${topic}" is not declared.`);
  return declared;
}
