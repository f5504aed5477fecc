import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Consumer, EachBatchHandler, EachBatchPayload, Kafka } from 'kafkajs';
import { Subscriber, type SubscriberOptions } from '../../../src/events/kafka/subscriber.ts';
import type { Logger } from '../../../src/logger.ts';
import { eventually } from '../../../src/testing/eventually.ts';
import { gate } from '../event-flow.ts';

const topic = 'payment_completed';

type Listener = (event: { payload: object }) => void;

/** A consumer of a client that does nothing by itself. */
class FakeConsumer {
  readonly #listeners = new Map<string, Listener>();
  eachBatch: EachBatchHandler = async () => undefined;
  disconnected = false;
  crashed = false;

  readonly events = { CRASH: 'crash', GROUP_JOIN: 'join' };
  on = (name: string, listener: Listener) => this.#listeners.set(name, listener);
  connect = async () => undefined;
  subscribe = async () => undefined;
  run = async ({ eachBatch }: { eachBatch: EachBatchHandler }) => {
    this.eachBatch = eachBatch;
    this.#listeners.get('join')?.({ payload: {} });
  };
  commitOffsets = async () => this.#assertRunning();
  pause = () => this.#assertRunning();
  disconnect = async () => {
    this.disconnected = true;
  };

  /** What the client does when it gives up: it ends its group, and says so later. */
  giveUp(): void {
    this.crashed = true;
  }

  crash(): void {
    this.giveUp();
    this.#listeners.get('crash')?.({ payload: { error: new Error('no more'), restart: false } });
  }

  #assertRunning(): void {
    if (this.crashed) throw new Error('Consumer group was not initialized, consumer#run must be called first');
  }
}

/** One record of the first partition as the client hands it over, and what is done with it. */
class FakeBatch {
  paused = false;
  resolved: string[] = [];
  resolveOffset = (offset: string): void => void this.resolved.push(offset);
  readonly batch = { topic, partition: 0, messages: [{ key: null, value: null, offset: '7' }] };
  pause = () => {
    this.paused = true;
    return () => {
      this.paused = false;
    };
  };

  async giveTo(consumer: FakeConsumer | undefined): Promise<void> {
    await consumer?.eachBatch(this as unknown as EachBatchPayload);
  }
}

let consumers: FakeConsumer[];
let lines: string[];
let subscriber: Subscriber;

function subscribe(options: Partial<SubscriberOptions> = {}): void {
  const note = (_: object, message: string) => void lines.push(message);
  const kafka = { consumer: () => consumers.at(consumers.push(new FakeConsumer()) - 1) as unknown as Consumer };
  subscriber = new Subscriber({
    kafka: kafka as unknown as Kafka,
    groupId: 'accounting',
    topics: new Map([[topic, topic]]),
    deliver: async () => undefined,
    logger: { info: note, warn: note, debug: () => undefined } as unknown as Logger,
    concurrency: 2,
    timeouts: { sessionTimeout: 3_000, rebalanceTimeout: 3_000, heartbeatInterval: 300 },
    ready: async () => undefined,
    ...options,
  });
  subscriber.start();
}

const consuming = async (times = 1) =>
  await eventually(() => expect(lines.filter((line) => line === 'consuming from Kafka')).toHaveLength(times));

beforeEach(() => {
  consumers = [];
  lines = [];
});

afterEach(async () => {
  await subscriber.stop();
});

test('a consumer that the client gives up comes back, and that is told once', async () => {
  let ready = true;
  subscribe({
    ready: async () => {
      if (!ready) throw new Error('the cluster is away');
    },
  });
  await consuming();
  ready = false;
  consumers[0]?.crash();
  await eventually(() => expect(consumers.length).toBeGreaterThanOrEqual(3));
  ready = true;
  await consuming(2);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^not consuming from Kafka/);
  await subscriber.stop();
  expect(consumers.every(({ disconnected }) => disconnected)).toBe(true);
});

test('a delivery that outlives its consumer is not made twice: the next one leaves the partition until it has ended', async () => {
  const door = gate();
  let deliveries = 0;
  subscribe({
    deliver: async () => {
      deliveries += 1;
      await door.pass();
    },
  });
  await consuming();
  await new FakeBatch().giveTo(consumers[0]);
  consumers[0]?.crash();
  await consuming(2);
  const again = new FakeBatch();
  await again.giveTo(consumers[1]);
  expect(again.paused).toBe(true);
  expect(deliveries).toBe(1);
  door.open();
  await eventually(() => expect(again.paused).toBe(false));
  await again.giveTo(consumers[1]);
  expect(deliveries).toBe(2);
  expect(again.resolved).toEqual(['7']);
});

test('stopping succeeds when the client has just given up, and ends the delivery under way', async () => {
  const door = gate();
  let delivered = false;
  subscribe({
    deliver: async () => {
      await door.pass();
      delivered = true;
    },
  });
  await consuming();
  void new FakeBatch().giveTo(consumers[0]);
  await door.arrived;
  consumers[0]?.giveUp();
  const stopped = subscriber.stop();
  door.open();
  await stopped;
  expect(delivered).toBe(true);
});

test('stopping while the consumer is away waits for the delivery that it left', async () => {
  const door = gate();
  subscribe({ deliver: () => door.pass() });
  await consuming();
  await new FakeBatch().giveTo(consumers[0]);
  consumers[0]?.crash();
  await eventually(() => expect(consumers[0]?.disconnected).toBe(true));
  let stopped = false;
  const stopping = subscriber.stop().then(() => {
    stopped = true;
  });
  await turn();
  expect(stopped).toBe(false);
  door.open();
  await stopping;
});

test('a partition whose delivery fails in a way that nobody foresaw is told of and tried again', async () => {
  let deliveries = 0;
  subscribe({
    deliver: async () => {
      deliveries += 1;
    },
  });
  await consuming();
  const batch = new FakeBatch();
  batch.resolveOffset = () => {
    throw new TypeError('the topic is no longer assigned');
  };
  await batch.giveTo(consumers[0]);
  expect(lines).toContain('a delivery failed; it is tried again');
  await eventually(() => expect(batch.paused).toBe(false));
  await batch.giveTo(consumers[0]);
  expect(deliveries).toBe(2);
});
