import type { Kafka, Message } from 'kafkajs';
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

/** What one send may hold: brokers refuse a batch over 1 MiB (`max.message.bytes`), and would whenever it came again. */
const MAX_PARCEL_BYTES = 512 << 10;

/** A parcel and the records in it. */
interface Consignment extends Parcel {
  readonly records: EventRecord[];
  bytes: number;
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
        this.#consignmentsOf(records).map((ofPartition) =>
          this.#inTurn(ofPartition, async () => {
            for (const [index, consignment] of ofPartition.entries()) {
              const { topic, partition, records: sent } = consignment;
              try {
                const to = { topic: sent[0]?.topic ?? topic, partition };
                await this.#sending.send(sent, to, () => this.#send(consignment, deadline));
              } catch (error) {
                // Those behind it too: they may be of the same keys.
                for (const { records: kept } of ofPartition.slice(index))
                  for (const one of kept) failed.set(one, error);
                return;
              }
            }
          }),
        ),
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

  /** For each partition, in its order. */
  #consignmentsOf(records: readonly EventRecord[]): Consignment[][] {
    const partitions = new Map<string, Consignment[]>();
    for (const record of records) {
      const topic = this.#options.nameOf(record.topic);
      const partition = partitionOf(record.key, this.#options.partitionsOf(record.topic));
      const name = nameOf({ topic, partition });
      const consignments = partitions.get(name) ?? [];
      partitions.set(name, consignments);
      const message = { ...toMessage(record), partition };
      const bytes = bytesOf(message);
      let last = consignments.at(-1);
      if (!last || last.bytes + bytes > MAX_PARCEL_BYTES) {
        last = { topic, partition, messages: [], records: [], bytes: 0 };
        consignments.push(last);
      }
      last.records.push(record);
      last.messages.push(message);
      last.bytes += bytes;
    }
    return [...partitions.values()];
  }

  /** After whatever else goes to that partition. */
  async #inTurn(consignments: readonly Consignment[], send: () => Promise<void>): Promise<void> {
    const [first] = consignments;
    if (!first) return;
    const name = nameOf(first);
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(send);
    this.#turns.set(name, turn);
    await turn;
  }

  async #send(consignment: Consignment, deadline: Deadline): Promise<void> {
    if (deadline.isOver) await deadline.passed;
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

/** About what a message takes in a batch. */
function bytesOf({ key, value, headers }: Message): number {
  const texts = Object.entries(headers ?? {}).flat();
  return [key, value, ...texts].reduce((bytes, part) => bytes + (part?.length ?? 0), 64);
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
