import { fromPlainJson, toPlainJson } from '../events/avro.ts';
import type { Deliver, EventBus, EventRecord, Subscription } from '../events/bus.ts';
import { EventCodec } from '../events/codec.ts';
import { type EventPayloads, keyOf, payloadTypes, type Topic } from '../events/topics.ts';
import { newId } from '../ids.ts';

/** An event as another service would send it. */
export interface IncomingEvent<T extends Topic> {
  readonly topic: T;
  readonly payload: EventPayloads[T];
  readonly organizationId: string;
  /** Made when left out; giving it again is a redelivery. */
  readonly id?: string;
  readonly key?: string;
  readonly occurredAt?: Date;
}

const SOME_INSTANT = new Date('2026-01-01T00:00:00Z');

/**
 * A bus for the tests of one service: it accepts everything, keeps what was published, and hands the service's
 * consumer groups what a test sends them.
 */
export class RecordingBus implements EventBus {
  /** Everything published, oldest first. */
  readonly published: EventRecord[] = [];
  readonly #codec: EventCodec;
  readonly #subscribers = new Set<{ topics: readonly string[]; deliver: Deliver }>();

  constructor(codec = new EventCodec()) {
    this.#codec = codec;
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    this.published.push(...records);
  }

  async subscribe(_group: string, topics: readonly string[], deliver: Deliver): Promise<Subscription> {
    const subscriber = { topics, deliver };
    this.#subscribers.add(subscriber);
    return {
      stop: async () => {
        this.#subscribers.delete(subscriber);
      },
    };
  }

  async close(): Promise<void> {
    this.#subscribers.clear();
  }

  /** The payloads published to a topic, oldest first. */
  async payloads<T extends Topic>(topic: T): Promise<EventPayloads[T][]> {
    const records = this.published.filter((record) => record.topic === topic);
    return await Promise.all(records.map(({ value }) => this.#codec.decode(topic, value)));
  }

  /** Sends an event to the groups that consume its topic; resolves when they have taken it, or dead-lettered it. */
  async send<T extends Topic>(event: IncomingEvent<T>): Promise<void> {
    await this.deliver([await this.record(event)]);
  }

  /** Hands records to the groups that consume their topics. */
  async deliver(records: readonly EventRecord[]): Promise<void> {
    for (const { topics, deliver } of this.#subscribers) {
      const wanted = records.filter(({ topic }) => topics.includes(topic));
      if (wanted.length > 0) await deliver(wanted);
    }
  }

  /** The record of an event, as its producer's relay makes it. */
  async record<T extends Topic>({ topic, payload, ...event }: IncomingEvent<T>): Promise<EventRecord> {
    const type = payloadTypes[topic];
    const writer = await this.#codec.writer();
    return {
      topic,
      key: event.key ?? keyOf(topic, payload),
      value: writer.frame(topic, fromPlainJson(type, JSON.parse(toPlainJson(payload))) as EventPayloads[T]),
      headers: {
        id: event.id ?? newId(),
        type: type.name ?? topic,
        schemaVersion: writer.versionOf(topic),
        organizationId: event.organizationId,
        occurredAt: (event.occurredAt ?? SOME_INSTANT).toISOString(),
      },
    };
  }
}
