import { afterEach, expect, test } from '@jest/globals';
import type { Consumer, Kafka } from 'kafkajs';
import { Subscriber } from '../../../src/events/kafka/subscriber.ts';
import type { Logger } from '../../../src/logger.ts';
import { eventually } from '../../../src/testing/eventually.ts';

type Listener = (event: { payload: object }) => void;

/** Consumers of a client that does nothing by itself. */
class FakeKafka {
  readonly consumers: { listeners: Map<string, Listener>; disconnected: boolean }[] = [];

  consumer(): Consumer {
    const one = { listeners: new Map<string, Listener>(), disconnected: false };
    this.consumers.push(one);
    return {
      events: { CRASH: 'crash', GROUP_JOIN: 'join' },
      on: (name: string, listener: Listener) => one.listeners.set(name, listener),
      connect: async () => undefined,
      subscribe: async () => undefined,
      run: async () => one.listeners.get('join')?.({ payload: {} }),
      pause: () => undefined,
      disconnect: async () => {
        one.disconnected = true;
      },
    } as unknown as Consumer;
  }
}

let subscriber: Subscriber | undefined;

afterEach(async () => {
  await subscriber?.stop();
});

test('a consumer that the client gives up comes back, and that is told once', async () => {
  const kafka = new FakeKafka();
  const lines: string[] = [];
  const note = (_: object, message: string) => void lines.push(message);
  let ready = true;
  subscriber = new Subscriber({
    kafka: kafka as unknown as Kafka,
    groupId: 'accounting',
    topics: new Map([['payment_completed', 'payment_completed']]),
    deliver: async () => undefined,
    logger: { info: note, warn: note, debug: () => undefined } as unknown as Logger,
    concurrency: 1,
    timeouts: { sessionTimeout: 3_000, rebalanceTimeout: 3_000, heartbeatInterval: 300 },
    ready: async () => {
      if (!ready) throw new Error('the cluster is away');
    },
  });
  subscriber.start();
  await eventually(() => expect(lines).toEqual(['consuming from Kafka']));
  ready = false;
  kafka.consumers[0]?.listeners.get('crash')?.({ payload: { error: new Error('no more'), restart: false } });
  await eventually(() => expect(kafka.consumers.length).toBeGreaterThanOrEqual(3));
  ready = true;
  await eventually(() => expect(lines).toHaveLength(3));
  expect(lines[1]).toMatch(/^not consuming from Kafka/);
  expect(lines[2]).toBe('consuming from Kafka');
  await subscriber.stop();
  expect(kafka.consumers.every(({ disconnected }) => disconnected)).toBe(true);
});
