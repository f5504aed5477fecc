import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { kafkaClient } from '../../src/events/kafka/connection.ts';
import { EmbeddedBroker } from '../../src/events/kafka/embedded/broker.ts';
import { KafkaBus } from '../../src/events/kafka/kafka-bus.ts';
import { applyTopics } from '../../src/events/kafka/topics.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { describeBusConformance } from './bus-conformance.ts';

let folder: string;
let broker: EmbeddedBroker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-kafka-'));
  broker = new EmbeddedBroker({ folder });
  await broker.start();
});

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

// Every test has topics and groups of its own on the one broker.
describeBusConformance('Kafka', async () => {
  const prefix = `${newId()}.`;
  const connection = { brokers: [broker.address], clientId: 'test' };
  await applyTopics(kafkaClient(connection, silentLogger), { prefix, replicationFactor: 1 });
  return new KafkaBus({
    connection,
    prefix,
    replicationFactor: 1,
    timeouts: { sessionTimeout: 3_000, rebalanceTimeout: 3_000, heartbeatInterval: 300 },
  });
});
