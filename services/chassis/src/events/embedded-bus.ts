import { crc32 } from 'node:zlib';
import { Sending } from '../telemetry/sending.ts';
import {
  type Deliver,
  type EventBus,
  type EventRecord,
  PublishError,
  type Subscription,
  TopicUnavailable,
} from './bus.ts';
import { topics as declaredTopics, type TopicDeclaration } from './topics.ts';

type Declarations = Readonly<Record<string, Pick<TopicDeclaration, 'consumers'>>>;

/**
 * The bus of `npm start` and of a service started alone: in this process, without a broker. It keeps nothing itself.
 * `publish` resolves only when the transaction of every declared consumer has committed, so until then the record is
 * safe in its outbox, and a slow consumer holds its producers back instead of filling memory. A topic with a consumer
 * that is not attached is not published.
 */
export class EmbeddedBus implements EventBus {
  readonly system = 'finflow.embedded';
  readonly #topics: Declarations;
  readonly #lanes: number;
  readonly #members = new Set<Member>();
  readonly #sending = new Sending(this.system);
  #closed = false;

  /**
   * @param options.lanes deliveries at a time to one group; records of one key share a lane, hence their order
   * @param options.topics instead of the declared ones, for tests
   */
  constructor({ lanes = 4, topics = declaredTopics }: { lanes?: number; topics?: Declarations } = {}) {
    this.#lanes = lanes;
    this.#topics = topics;
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    const [first] = records;
    const topic = records.every((record) => record.topic === first?.topic) ? first?.topic : undefined;
    await this.#sending.send(records, { topic }, () => this.#publish(records));
  }

  async #publish(records: readonly EventRecord[]): Promise<void> {
    const failed = new Map<EventRecord, unknown>();
    const batches = new Map<Member, EventRecord[][]>();
    for (const record of records) {
      try {
        // All of them or none: a record that must come again anyway is not sent to some groups now.
        for (const member of this.#consumersOf(record.topic)) {
          const lanes = batches.get(member) ?? Array.from({ length: this.#lanes }, () => []);
          batches.set(member, lanes);
          lanes[crc32(record.key) % this.#lanes]?.push(record);
        }
      } catch (error) {
        failed.set(record, error);
      }
    }
    const deliveries = [...batches].flatMap(([member, lanes]) =>
      lanes.map(async (batch, lane) => {
        if (batch.length === 0) return;
        try {
          await member.deliver(lane, batch);
        } catch (error) {
          for (const record of batch) failed.set(record, error);
        }
      }),
    );
    await Promise.all(deliveries);
    if (failed.size > 0) throw new PublishError(failed);
  }

  async subscribe(group: string, topics: readonly string[], deliver: Deliver): Promise<Subscription> {
    if (this.#closed) throw new Error('The event bus is closed.');
    for (const topic of topics) {
      if (!this.#topics[topic]?.consumers.includes(group)) {
        throw new Error(`"${group}" is not declared as a consumer of "${topic}".`);
      }
      if (this.#memberOf(group, topic)) throw new Error(`"${group}" already consumes "${topic}".`);
    }
    const member = new Member(group, new Set(topics), deliver);
    this.#members.add(member);
    return {
      stop: async () => {
        this.#members.delete(member);
        await member.stop();
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all(members.map((member) => member.stop()));
  }

  #consumersOf(topic: string): Member[] {
    const declared = this.#topics[topic];
    if (!declared) throw new Error(`The topic "${topic}" is not declared.`);
    return declared.consumers.map((group) => {
      const member = this.#memberOf(group, topic);
      if (!member) throw new TopicUnavailable(`"${group}", a consumer of "${topic}", is not attached.`);
      return member;
    });
  }

  #memberOf(group: string, topic: string): Member | undefined {
    return [...this.#members].find((member) => member.group === group && member.topics.has(topic));
  }
}

/** A subscribed group: one delivery at a time in each lane. */
class Member {
  readonly group: string;
  readonly topics: ReadonlySet<string>;
  readonly #deliver: Deliver;
  readonly #tails = new Map<number, Promise<void>>();
  #stopped = false;

  constructor(group: string, topics: ReadonlySet<string>, deliver: Deliver) {
    this.group = group;
    this.topics = topics;
    this.#deliver = deliver;
  }

  deliver(lane: number, records: readonly EventRecord[]): Promise<void> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    const delivery = before.then(async () => {
      if (this.#stopped) throw new Error(`"${this.group}" has stopped consuming.`);
      await this.#deliver(records);
    });
    // The next one waits for this one, whatever came of it. Producers wait too, so a lane holds no more than theirs.
    this.#tails.set(
      lane,
      delivery.catch(() => undefined),
    );
    return delivery;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#tails.values());
  }
}
