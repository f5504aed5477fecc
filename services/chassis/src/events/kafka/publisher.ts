import type { Kafka, Producer } from 'kafkajs';
import { type EventRecord, PublishError } from '../bus.ts';
import { partitionOf } from './partitioner.ts';
import { toMessage } from './wire.ts';

export interface PublisherOptions {
  readonly kafka: Kafka;
  /** Name in the cluster of one of our topics. */
  readonly nameOf: (topic: string) => string;
  readonly partitionsOf: (topic: string) => number;
}

/** Records for one partition, in their order. */
interface Parcel {
  readonly topic: string;
  readonly partition: number;
  readonly records: EventRecord[];
}

/**
 * Sends records with acknowledgement by all in-sync replicas.
 *
 * One `send` for each partition, and its answer is looked at: within one send of several partitions the client keeps
 * one answer a broker over its retries, so a partition whose leader moved to a broker that had answered already is
 * never sent again, and the send succeeds (kafkajs#1303; 1–2 of some hundred acknowledged records were lost in each
 * of four runs that killed a leader).
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #producer: Producer;
  #connecting: Promise<void> | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#producer = options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Each message says its partition already.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? -1,
    });
  }

  /** Resolves when every record is on its partition's in-sync replicas; otherwise PublishError names those that are not. */
  async publish(records: readonly EventRecord[]): Promise<void> {
    const failed = new Map<EventRecord, unknown>();
    await Promise.all(
      this.#parcelsOf(records).map(async (parcel) => {
        try {
          await this.#send(parcel);
        } catch (error) {
          for (const record of parcel.records) failed.set(record, error);
        }
      }),
    );
    if (failed.size > 0) throw new PublishError(failed);
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }

  #parcelsOf(records: readonly EventRecord[]): Parcel[] {
    const parcels = new Map<string, Parcel>();
    for (const record of records) {
      const { topic, key } = record;
      const partition = partitionOf(key, this.#options.partitionsOf(topic));
      const name = `${topic}/${partition}`;
      const parcel = parcels.get(name) ?? { topic: this.#options.nameOf(topic), partition, records: [] };
      parcels.set(name, parcel);
      parcel.records.push(record);
    }
    return [...parcels.values()];
  }

  async #send({ topic, partition, records }: Parcel): Promise<void> {
    await this.#connected();
    const messages = records.map((record) => ({ ...toMessage(record), partition }));
    const answers = await this.#producer.send({ topic, acks: -1, messages });
    const [answer] = answers;
    if (
      answers.length !== 1 ||
      answer?.topicName !== topic ||
      answer.partition !== partition ||
      answer.errorCode !== 0
    ) {
      throw new Error(`Partition ${partition} of ${topic} did not acknowledge: ${JSON.stringify(answers)}`);
    }
  }

  async #connected(): Promise<void> {
    this.#connecting ??= this.#producer.connect();
    try {
      await this.#connecting;
    } catch (error) {
      // The next publication tries again.
      this.#connecting = undefined;
      throw error;
    }
  }
}
