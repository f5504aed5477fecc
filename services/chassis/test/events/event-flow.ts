import type { EntityManager } from 'typeorm';
import { Database } from '../../src/database/database.ts';
import type { Deliver, EventBus, EventRecord, Subscription } from '../../src/events/bus.ts';
import type { EventPayloads, Topic } from '../../src/events/topics.ts';
import { newId } from '../../src/ids.ts';
import { ConsumerGroup, type ConsumerGroupOptions, type ReceivedEvent } from '../../src/inbox/consumer-group.ts';
import { appendEvents, type NewEvent } from '../../src/outbox/append.ts';
import { OutboxRelay, type OutboxRelayOptions } from '../../src/outbox/relay.ts';
import { asSuperuser, type TestDatabase } from '../../src/testing/postgres.ts';
import { chassisDatabase } from '../schema.ts';

/** An effect that a handler had, in the order they happened. */
export interface Effect {
  readonly event_id: string;
  readonly topic: string;
  readonly key: string;
  readonly subject: string;
  readonly number: bigint;
}

/** Two services with a database each: one writes events into its outbox, the other has effects. */
export class EventFlow {
  readonly #databases: TestDatabase[] = [];
  readonly #parts: { stop(): Promise<void> }[] = [];
  readonly bus: EventBus;
  producer!: Database;
  consumer!: Database;
  producerName = '';
  consumerName = '';
  consumerUrl = '';

  constructor(bus: EventBus) {
    this.bus = bus;
  }

  static async open(bus: EventBus): Promise<EventFlow> {
    const flow = new EventFlow(bus);
    const [producer, consumer] = await Promise.all([chassisDatabase(), chassisDatabase()]);
    flow.#databases.push(producer, consumer);
    flow.producer = new Database({ url: producer.url, applicationName: 'producer' });
    flow.consumer = new Database({ url: consumer.url, applicationName: 'consumer' });
    flow.producerName = producer.name;
    flow.consumerName = consumer.name;
    flow.consumerUrl = consumer.url;
    await Promise.all([flow.producer.connect(), flow.consumer.connect()]);
    return flow;
  }

  async close(): Promise<void> {
    for (const part of this.#parts.splice(0)) await part.stop();
    await this.bus.close();
    await this.producer?.close();
    await this.consumer?.close();
    for (const database of this.#databases) await database.drop();
  }

  relay(options: Partial<OutboxRelayOptions> = {}): OutboxRelay {
    const relay = new OutboxRelay({ database: this.producer, bus: this.bus, ...options });
    this.#parts.push(relay);
    relay.start();
    return relay;
  }

  /** A group "accounting" that notes each event as an effect, unless told otherwise. */
  async group(options: Partial<ConsumerGroupOptions> = {}): Promise<ConsumerGroup> {
    const group = new ConsumerGroup({
      group: 'accounting',
      database: this.consumer,
      bus: this.bus,
      handlers: { payment_completed: note },
      ...options,
    });
    this.#parts.push(group);
    await group.start();
    return group;
  }

  /** Appends events in one transaction of their organization. */
  async append(organizationId: string, events: readonly NewEvent[]): Promise<void> {
    await this.producer.tenant(organizationId, (tx) => appendEvents(tx, events));
  }

  async effects(organizationId: string): Promise<Effect[]> {
    return await this.consumer.tenant(organizationId, (tx) =>
      tx.query('select event_id, topic, key, subject, number from effects order by position'),
    );
  }

  async deadLetters(): Promise<
    { event_id: string; value: Buffer; headers: object; reason: string; attempts: number }[]
  > {
    return await this.consumer.system((tx) => tx.query('select * from dead_letters order by failed_at'));
  }

  async outbox(): Promise<{ event_id: string; attempts: number; last_error: string | null }[]> {
    return await this.producer.system((tx) =>
      tx.query('select event_id, attempts, last_error from outbox order by id'),
    );
  }

  async waiting(): Promise<{ wait_key: string }[]> {
    return await this.consumer.system((tx) => tx.query('select wait_key from inbox where wait_key is not null'));
  }
}

/** The effect of an event: a row with the payment it is about and its amount. */
export async function note(tx: EntityManager, event: ReceivedEvent): Promise<void> {
  const { id, topic, key, organizationId, payload } = event;
  const { amount = 0n, paymentId, id: own } = payload as { amount?: bigint; paymentId?: string; id: string };
  await tx.query(
    `insert into effects (organization_id, event_id, topic, key, subject, number) values ($1, $2, $3, $4, $5, $6)`,
    [organizationId, id, topic, key, paymentId ?? own, String(amount)],
  );
}

/** A completed payment; `amount` tells the events of a test apart. */
export function paymentCompleted(organizationId: string, overrides: Partial<EventPayloads['payment_completed']> = {}) {
  const payload: EventPayloads['payment_completed'] = {
    id: newId(),
    userId: newId(),
    organizationId,
    invoiceId: null,
    amount: 100n,
    currency: 'USD',
    status: 'COMPLETED',
    processorId: 'pi_1',
    createdAt: '2026-01-01T00:00:00.000Z',
    completedAt: '2026-01-01T00:00:01.000Z',
    ...overrides,
  };
  return { topic: 'payment_completed', organizationId, payload, id: newId() } as const satisfies NewEvent;
}

/** A refund of a payment. */
export function paymentRefunded(organizationId: string, paymentId: string) {
  const payload: EventPayloads['payment_refunded'] = {
    id: newId(),
    paymentId,
    userId: newId(),
    organizationId,
    invoiceId: null,
    amount: 40n,
    currency: 'USD',
    processorId: 're_1',
    createdAt: '2026-01-02T00:00:00.000Z',
  };
  return { topic: 'payment_refunded', organizationId, payload, id: newId() } as const satisfies NewEvent;
}

/** A bus that lets a test look at, hold up or break what passes through. */
export class TappedBus implements EventBus {
  readonly #inner: EventBus;
  onPublish: (records: readonly EventRecord[]) => Promise<void> = async () => undefined;
  afterPublish: (records: readonly EventRecord[]) => Promise<void> = async () => undefined;
  onDeliver: (records: readonly EventRecord[], deliver: Deliver) => Promise<void> = (records, deliver) =>
    deliver(records);

  constructor(inner: EventBus) {
    this.#inner = inner;
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    await this.onPublish(records);
    await this.#inner.publish(records);
    await this.afterPublish(records);
  }

  async subscribe(group: string, topics: readonly Topic[], deliver: Deliver): Promise<Subscription> {
    return await this.#inner.subscribe(group, topics, (records) => this.onDeliver(records, deliver));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}

/** Ends the connections of a database that are in this state, as a crash or a failover does. */
export async function killConnections(database: string, state: 'active' | 'idle in transaction'): Promise<number> {
  return await asSuperuser(async (client) => {
    const { rowCount } = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and state = $2',
      [database, state],
    );
    return rowCount ?? 0;
  });
}

/** A door: `open` lets everybody through who waits at `pass`; `arrived` resolves when the first one stands there. */
export function gate(): { pass(): Promise<void>; open(): void; arrived: Promise<void> } {
  const door = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  return {
    pass: () => {
      first.resolve();
      return door.promise;
    },
    open: () => door.resolve(),
    arrived: first.promise,
  };
}
