import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EventRecord, PublishError } from '../../../src/events/bus.ts';
import { kafkaClient } from '../../../src/events/kafka/connection.ts';
import { partitionOf } from '../../../src/events/kafka/partitioner.ts';
import { Publisher } from '../../../src/events/kafka/publisher.ts';
import { newId } from '../../../src/ids.ts';
import { silentLogger } from '../../../src/logger.ts';
import { FakeCluster } from './fake-cluster.ts';

const PARTITIONS = 2;

/** A record whose key belongs to this partition. */
function record(partition: number): EventRecord {
  let key = newId();
  while (partitionOf(key, PARTITIONS) !== partition) key = newId();
  const headers = { id: newId(), type: 't', schemaVersion: '1', organizationId: newId(), occurredAt: '' };
  return { topic: 'payments', key, value: Buffer.from('value'), headers };
}

describe('the publisher, with brokers that fail', () => {
  let cluster: FakeCluster;
  let publisher: Publisher;

  beforeEach(async () => {
    // Two brokers, each the leader of one partition.
    cluster = await FakeCluster.start('payments', [0, 1]);
    publisher = new Publisher({
      kafka: kafkaClient({ brokers: cluster.addresses, clientId: 'test' }, silentLogger),
      nameOf: (topic) => topic,
      partitionsOf: () => PARTITIONS,
      timeoutMs: 3_000,
    });
  });

  afterEach(async () => {
    await publisher.close();
    cluster.stop();
  });

  test('a partition whose leader moves to a broker that has answered already is sent again', async () => {
    const [first, second] = [record(0), record(1)];
    cluster.fateOf = ({ partition }) => {
      if (partition === 0) return 'keep';
      // Broker 1 dies with the records of partition 1, which broker 0 leads from now on.
      const moved = cluster.leaders[1] === 0;
      cluster.leaders[1] = 0;
      return moved ? 'keep' : 'hang-up';
    };
    await publisher.publish([first, second]);
    expect(cluster.kept).toEqual([[first.key], [second.key]]);
  });

  test('what follows a publication that failed is not taken for its repetition', async () => {
    const [first, next] = [record(0), record(0)];
    // The broker has the first, and nobody hears so: the publication fails.
    cluster.fateOf = () => 'keep-and-hang-up';
    cluster.answersRepetition = () => false;
    const failure = await publisher.publish([first]).catch((error: unknown) => error);
    expect([...(failure as PublishError).failed.keys()]).toEqual([first]);
    cluster.fateOf = () => 'keep';
    cluster.answersRepetition = () => true;
    await publisher.publish([next]);
    expect(cluster.kept[0]).toEqual([first.key, next.key]);
  });

  test('two publications to one partition at a time are both kept once, in their order', async () => {
    const [first, second] = [record(0), record(0)];
    let batches = 0;
    cluster.fateOf = () => {
      batches += 1;
      return batches === 1 ? 'keep-and-hang-up' : 'keep';
    };
    await Promise.all([publisher.publish([first]), publisher.publish([second])]);
    expect(cluster.kept[0]).toEqual([first.key, second.key]);
  });

  test('a partition that never answers fails alone, in bounded time, and the next publication starts anew', async () => {
    const [lost, kept, again] = [record(1), record(0), record(1)];
    cluster.fateOf = ({ partition }) => (partition === 1 ? 'hang-up' : 'keep');
    const failure = await publisher.publish([lost, kept]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PublishError);
    expect([...(failure as PublishError).failed.keys()]).toEqual([lost]);
    expect(String(failure)).toContain('did not acknowledge within 3 s');
    cluster.fateOf = () => 'keep';
    await publisher.publish([again]);
    expect(cluster.kept).toEqual([[kept.key], [again.key]]);
  });

  test('what is too much for one batch of the broker goes in several, in its order', async () => {
    const one = record(0);
    const records = Array.from({ length: 900 }, (_, index) => ({
      ...one,
      headers: { ...one.headers, id: newId() },
      value: Buffer.alloc(2_000, index),
    }));
    const sizes: number[] = [];
    cluster.fateOf = ({ bytes }) => {
      sizes.push(bytes);
      return 'keep';
    };
    await publisher.publish(records);
    expect(Math.max(...sizes)).toBeLessThan(1 << 20);
    expect(sizes.length).toBeGreaterThan(1);
    expect(cluster.kept[0]).toHaveLength(900);
  });

  test('behind a batch that failed, nothing of its partition is sent', async () => {
    const one = record(0);
    const records = Array.from({ length: 900 }, () => ({ ...one, value: Buffer.alloc(2_000) }));
    cluster.fateOf = ({ partition }) => (partition === 0 && cluster.kept[0]?.length ? 'hang-up' : 'keep');
    const failure = await publisher.publish([...records, record(1)]).catch((error: unknown) => error);
    const kept = cluster.kept[0]?.length ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect([...(failure as PublishError).failed.keys()]).toEqual(records.slice(kept));
  });
});
