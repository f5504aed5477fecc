import type { Kafka } from 'kafkajs';
import { Sending } from '../../telemetry/sending.ts';
import { type EventRecord, PublishError } from '../bus.ts';
import { partitionOf } from './partitioner.ts';
import { type Parcel, ProducerSession } from './producer-session.ts';
import { toMessage } from './wire.ts';

/** The bus by OpenTelemetry's name. */
export const KAFKA_SYSTEM = 'kafka';

export interface PublisherOptions {
  readonly kafka: Kafka;
  /** Name in the cluster of one of our topics. */
  readonly nameOf: (topic: string) => string;
  readonly partitionsOf: (topic: string) => number;
  /** After which what is not acknowledged has failed, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Producers a process has. The client makes sends of one producer to one broker wait for each other; partitions with
 * different remainders do not.
 */
const SESSIONS = 3;

/** A parcel and the records in it. */
interface Consignment extends Parcel {
  readonly records: EventRecord[];
}

/**
 * Sends records with acknowledgement by all in-sync replicas, one send a partition, one after the other for each
 * partition.
 *
 * One send for each partition, because within one send of several the client keeps one answer a broker over its
 * retries: a partition whose leader moved to a broker that had answered already is never sent again, and the send
 * succeeds (kafkajs#1303; 1–2 of some hundred acknowledged records were lost in each of four runs that killed a leader).
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #sending = new Sending(KAFKA_SYSTEM);
  /** Those that take sends, by the partition's remainder. */
  readonly #open = new Map<number, ProducerSession>();
  /** Those and the ones that still have sends to end. */
  readonly #sessions = new Set<ProducerSession>();
  /** The last send of each partition; resolves when it has ended, whatever came of it. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Resolves when every record is on its partition's in-sync replicas; otherwise PublishError names those that are not. */
  async publish(records: readonly EventRecord[]): Promise<void> {
    const failed = new Map<EventRecord, unknown>();
    const deadline = new Deadline(this.#options.timeoutMs);
    try {
      await Promise.all(
        this.#consignmentsOf(records).map(async (consignment) => {
          const { partition, records: sent } = consignment;
          try {
            const to = { topic: sent[0]?.topic, partition };
            await this.#sending.send(sent, to, () => this.#inTurn(consignment, deadline));
          } catch (error) {
            for (const record of consignment.records) failed.set(record, error);
          }
        }),
      );
    } finally {
      deadline.cancel();
    }
    if (failed.size > 0) throw new PublishError(failed);
  }

  /** Gives up what is under way; resolves when nothing of it is left running. */
  async close(): Promise<void> {
    this.#open.clear();
    for (const session of this.#sessions) session.abandon();
    await Promise.all([...this.#sessions].map(({ ended }) => ended));
  }

  #consignmentsOf(records: readonly EventRecord[]): Consignment[] {
    const consignments = new Map<string, Consignment>();
    for (const record of records) {
      const topic = this.#options.nameOf(record.topic);
      const partition = partitionOf(record.key, this.#options.partitionsOf(record.topic));
      const name = nameOf({ topic, partition });
      const consignment = consignments.get(name) ?? { topic, partition, messages: [], records: [] };
      consignments.set(name, consignment);
      consignment.records.push(record);
      consignment.messages.push({ ...toMessage(record), partition });
    }
    return [...consignments.values()];
  }

  async #inTurn(consignment: Consignment, deadline: Deadline): Promise<void> {
    const name = nameOf(consignment);
    const before = this.#turns.get(name) ?? Promise.resolve();
    const send = before.then(() => (deadline.isOver ? deadline.passed : this.#send(consignment, deadline)));
    this.#turns.set(
      name,
      send.catch(() => undefined),
    );
    await send;
  }

  async #send(consignment: Consignment, deadline: Deadline): Promise<void> {
    const place = consignment.partition % SESSIONS;
    const session = this.#open.get(place) ?? this.#newSession(place);
    try {
      await Promise.race([session.send(consignment), deadline.passed]);
    } catch (error) {
      if (this.#open.get(place) === session) this.#open.delete(place);
      if (deadline.isOver) session.abandon();
      else session.retire();
      throw error;
    }
  }

  #newSession(place: number): ProducerSession {
    const session = new ProducerSession(this.#options.kafka);
    this.#open.set(place, session);
    this.#sessions.add(session);
    void session.ended.then(() => this.#sessions.delete(session));
    return session;
  }
}

function nameOf({ topic, partition }: Pick<Parcel, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}

/** Rejects after a time. */
class Deadline {
  readonly passed: Promise<never>;
  isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.passed = new Promise((_, reject) => {
      this.#timer = setTimeout(() => {
        this.isOver = true;
        reject(new Error(`Kafka did not acknowledge within ${timeoutMs / 1000} s.`));
      }, timeoutMs);
    });
    this.passed.catch(() => undefined);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
