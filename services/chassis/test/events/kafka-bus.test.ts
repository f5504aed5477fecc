import { kafkaClient } from '../../src/events/kafka/connection.ts';
import { KafkaBus } from '../../src/events/kafka/kafka-bus.ts';
import { applyTopics } from '../../src/events/kafka/topics.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { describeWithKafka } from '../../src/testing/kafka.ts';
import { describeBusConformance } from './bus-conformance.ts';

describeWithKafka('over Kafka', (kafka) => {
  // Every test has topics and groups of its own on the one broker.
  describeBusConformance('Kafka', async () => {
    const prefix = `${newId()}.`;
    const connection = { brokers: [kafka().broker], clientId: 'test' };
    await applyTopics(kafkaClient(connection, silentLogger), { prefix, replicationFactor: 1 });
    return new KafkaBus({
      connection,
      prefix,
      replicationFactor: 1,
      timeouts: { sessionTimeout: 3_000, rebalanceTimeout: 3_000, heartbeatInterval: 300 },
    });
  });
});
