import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { type Deliver, type EventRecord, type PublishError, TopicUnavailable } from '../../../src/events/bus.ts';
import { kafkaClient } from '../../../src/events/kafka/connection.ts';
import { KafkaBus, type KafkaBusOptions } from '../../../src/events/kafka/kafka-bus.ts';
import { partitionOf } from '../../../src/events/kafka/partitioner.ts';
import { applyTopics } from '../../../src/events/kafka/topics.ts';
import { newId } from '../../../src/ids.ts';
import { silentLogger } from '../../../src/logger.ts';
import { eventually } from '../../../src/testing/eventually.ts';
import { describeWithKafka } from '../../../src/testing/kafka.ts';
import { gate } from '../event-flow.ts';
import { Passage } from '../passage.ts';

const topic = 'payment_completed';
const SESSION_MS = 3_000;

/** A record for this partition. */
function record(partition = 0): EventRecord {
  let key = newId();
  while (partitionOf(key, 3) !== partition) key = newId();
  const headers = { id: newId(), type: 't', schemaVersion: '1', organizationId: newId(), occurredAt: '' };
  return { topic, key, value: Buffer.from(key), headers };
}

describeWithKafka('the bus over Kafka', (kafka) => {
  let prefix: string;
  let client: Kafka;
  const opened: { close(): Promise<void> | void }[] = [];

  beforeEach(async () => {
    prefix = `${newId()}.`;
    client = kafkaClient({ brokers: [kafka().broker], clientId: 'test' }, silentLogger);
  });

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  const declare = () => applyTopics(client, { prefix, replicationFactor: 1 });
  const open = (options: Partial<KafkaBusOptions> = {}): KafkaBus => {
    const bus = new KafkaBus({
      connection: { brokers: [kafka().broker], clientId: 'test' },
      prefix,
      replicationFactor: 1,
      timeouts: { sessionTimeout: SESSION_MS, rebalanceTimeout: SESSION_MS, heartbeatInterval: 300 },
      ...options,
    });
    opened.push(bus);
    return bus;
  };
  /** A delivery that notes keys, and what a test adds to it. */
  const noting = (keys: string[], before: Deliver = async () => undefined): Deliver => {
    return async (records) => {
      await before(records);
      keys.push(...records.map(({ key }) => key));
    };
  };

  test('topics that are missing are refused at start, with the command that mends it', async () => {
    const start = open().start();
    await expect(start).rejects.toThrow(`${prefix}payment_completed: topic is missing, declared present`);
    await expect(start).rejects.toThrow('npm run topics -- apply');
    await expect(open().subscribe('accounting', [topic], async () => undefined)).rejects.toThrow('npm run topics');
  });

  test('a cluster that comes later is no reason not to start: the subscription and publications begin then', async () => {
    await declare();
    const passage = new Passage(`kafka://${kafka().broker}`);
    await passage.open();
    passage.close();
    const bus = open({ connection: { brokers: [passage.address], clientId: 'test' }, publishTimeoutMs: 2_000 });
    await bus.start();
    const keys: string[] = [];
    await bus.subscribe('accounting', [topic], noting(keys));
    const one = record();
    await expect(bus.publish([one])).rejects.toThrow(TopicUnavailable);
    await passage.open();
    opened.push(passage);
    await eventually(() => bus.publish([one]), 20_000);
    await eventually(() => expect(keys).toContain(one.key), 20_000);
  });

  test('a publication to a cluster that hangs fails in bounded time', async () => {
    await declare();
    const bus = open({ publishTimeoutMs: 500 });
    await bus.start();
    // Takes the connection, says nothing.
    const deaf = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    opened.push({ close: () => void deaf.close() });
    const { port } = deaf.address() as AddressInfo;
    const hanging = open({ connection: { brokers: [`127.0.0.1:${port}`], clientId: 'test' }, publishTimeoutMs: 500 });
    const startMs = performance.now();
    await expect(hanging.publish([record()])).rejects.toThrow();
    expect(performance.now() - startMs).toBeLessThan(15_000);
    await bus.publish([record()]);
  });

  test('a delivery that fails is tried again, and holds up its partition alone', async () => {
    await declare();
    const bus = open();
    const [bad, behind, others] = [record(0), record(0), [record(1), record(2)]];
    const keys: string[] = [];
    let healthy = false;
    await bus.subscribe(
      'accounting',
      [topic],
      noting(keys, async (records) => {
        if (!healthy && records.some(({ key }) => key === bad.key)) throw new Error('the database is away');
      }),
    );
    await bus.publish([bad, behind]);
    await bus.publish(others);
    await eventually(() => expect([...keys].sort()).toEqual(others.map(({ key }) => key).sort()));
    healthy = true;
    await eventually(() => expect(keys).toHaveLength(4));
    expect(keys.indexOf(bad.key)).toBeLessThan(keys.indexOf(behind.key));
  });

  test('a delivery that lasts longer than the session is delivered once, and other partitions go on meanwhile', async () => {
    await declare();
    const bus = open();
    const door = gate();
    const slow = record(0);
    const keys: string[] = [];
    let deliveries = 0;
    await bus.subscribe(
      'accounting',
      [topic],
      noting(keys, async (records) => {
        if (!records.some(({ key }) => key === slow.key)) return;
        deliveries += 1;
        await door.pass();
      }),
    );
    await bus.publish([slow]);
    await door.arrived;
    const others = Array.from({ length: 20 }, (_, index) => record(1 + (index % 2)));
    for (const other of others) await bus.publish([other]);
    await eventually(() => expect(keys).toHaveLength(20));
    await delay(SESSION_MS * 1.5);
    door.open();
    await eventually(() => expect(keys).toContain(slow.key));
    const last = record(0);
    await bus.publish([last]);
    await eventually(() => expect(keys).toContain(last.key));
    expect(deliveries).toBe(1);
    expect(keys).toHaveLength(22);
  });

  test('stopping commits the offsets of what is done and of nothing else, and leaves the group at once', async () => {
    await declare();
    const bus = open();
    const door = gate();
    const [first, second] = [record(0), record(1)];
    const keys: string[] = [];
    const subscription = await bus.subscribe(
      'accounting',
      [topic],
      noting(keys, async (records) => {
        if (records.some(({ key }) => key === second.key)) throw new Error('not today');
        await door.pass();
      }),
    );
    await bus.publish([first, second]);
    await door.arrived;
    const stopped = subscription.stop();
    door.open();
    await stopped;
    expect(keys).toEqual([first.key]);
    expect((await bus.lag()).length).toBe(0);
    const again: string[] = [];
    const startMs = performance.now();
    await bus.subscribe('accounting', [topic], noting(again));
    await eventually(() => expect(again).toEqual([second.key]));
    // Otherwise the new member would wait for the old one's session to end.
    expect(performance.now() - startMs).toBeLessThan(SESSION_MS);
    await eventually(async () => expect((await bus.lag()).map(({ records }) => records)).toEqual([0, 0, 0]));
  });

  test('the lag says how far a group is behind', async () => {
    await declare();
    const bus = open();
    await bus.subscribe('accounting', [topic], async () => {
      throw new Error('not today');
    });
    await bus.publish([record(0), record(0), record(2)]);
    const behind = [2, 0, 1].map((records, partition) => ({ group: 'accounting', topic, partition, records }));
    // A broker denies for a moment that it leads a partition that is new.
    await eventually(async () => expect(await bus.lag()).toEqual(behind));
  });

  test('a publication names the records that failed', async () => {
    await declare();
    const bus = open({ publishTimeoutMs: 1_000 });
    await bus.start();
    const tooLarge = { ...record(1), value: Buffer.alloc(2 << 20) };
    const fine = record(0);
    const failure = await bus.publish([tooLarge, fine]).catch((error: unknown) => error);
    expect([...(failure as PublishError).failed.keys()]).toEqual([tooLarge]);
  });
});
