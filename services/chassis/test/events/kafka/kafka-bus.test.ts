import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ConsumerConfig, Kafka } from 'kafkajs';
import { type Deliver, type EventRecord, type PublishError, TopicUnavailable } from '../../../src/events/bus.ts';
import { kafkaClient } from '../../../src/events/kafka/connection.ts';
import { KafkaBus, type KafkaBusOptions } from '../../../src/events/kafka/kafka-bus.ts';
import { partitionOf } from '../../../src/events/kafka/partitioner.ts';
import { Subscriber } from '../../../src/events/kafka/subscriber.ts';
import { applyTopics } from '../../../src/events/kafka/topics.ts';
import { newId } from '../../../src/ids.ts';
import { silentLogger } from '../../../src/logger.ts';
import { eventually } from '../../../src/testing/eventually.ts';
import { describeWithKafka } from '../../../src/testing/kafka.ts';
import { gate } from '../event-flow.ts';
import { Passage } from '../passage.ts';

const topic = 'payment_completed';
const timeouts = { sessionTimeout: 3_000, rebalanceTimeout: 3_000, heartbeatInterval: 300 };

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
      timeouts,
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
    await expect(start).rejects.toThrow('`npm run topics -- apply` mends');
    await expect(open().subscribe('accounting', [topic], async () => undefined)).rejects.toThrow('npm run topics');
  });

  test('topics with other replicas are refused at start, with the variable that says how many there shall be', async () => {
    await declare();
    const start = open({ replicationFactor: 2 }).start();
    await expect(start).rejects.toThrow(`${prefix}payment_completed: replication factor is 1, declared 2`);
    await expect(start).rejects.toThrow('KAFKA_REPLICATION_FACTOR says how many this cluster shall have');
    await expect(start).rejects.not.toThrow('npm run topics -- apply');
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

  test('a cluster that hangs holds up a start and a publication for as long as a publication may take', async () => {
    // Takes connections, says nothing.
    const sockets: Socket[] = [];
    const deaf = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const { port } = deaf.address() as AddressInfo;
    const bus = open({ connection: { brokers: [`127.0.0.1:${port}`], clientId: 'test' }, publishTimeoutMs: 500 });
    opened.push({
      close: () => {
        deaf.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    const startMs = performance.now();
    await bus.start();
    const publication = bus.publish([record()]);
    await expect(publication).rejects.toThrow(TopicUnavailable);
    await expect(publication).rejects.toThrow('Kafka did not answer within 0.5 s.');
    // Twice half a second; one unanswered request alone lasts five.
    expect(performance.now() - startMs).toBeLessThan(3_000);
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
    let heartbeats = 0;
    const kafka = {
      consumer: (config: ConsumerConfig) => {
        const consumer = client.consumer(config);
        consumer.on(consumer.events.HEARTBEAT, () => {
          heartbeats += 1;
        });
        return consumer;
      },
    };
    const subscriber = new Subscriber({
      kafka: kafka as Kafka,
      groupId: `${prefix}accounting`,
      topics: new Map([[`${prefix}${topic}`, topic]]),
      deliver: noting(keys, async (records) => {
        if (!records.some(({ key }) => key === slow.key)) return;
        deliveries += 1;
        await door.pass();
      }),
      logger: silentLogger,
      concurrency: 4,
      timeouts: { sessionTimeout: 2_000, rebalanceTimeout: 2_000, heartbeatInterval: 200 },
      ready: async () => undefined,
    });
    subscriber.start();
    opened.push({ close: () => subscriber.stop() });
    await bus.publish([slow]);
    await door.arrived;
    const others = Array.from({ length: 20 }, (_, index) => record(1 + (index % 2)));
    for (const other of others) await bus.publish([other]);
    await eventually(() => expect(keys).toHaveLength(20));
    // Each at least 200 ms after the one before: more than a session.
    const sessionLater = heartbeats + 13;
    await eventually(() => expect(heartbeats).toBeGreaterThanOrEqual(sessionLater));
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
    expect(performance.now() - startMs).toBeLessThan(timeouts.sessionTimeout);
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
