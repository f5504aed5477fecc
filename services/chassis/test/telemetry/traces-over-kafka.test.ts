import { kafkaClient } from '../../src/events/kafka/connection.ts';
import { KafkaBus } from '../../src/events/kafka/kafka-bus.ts';
import { applyTopics } from '../../src/events/kafka/topics.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { describeWithKafka } from '../../src/testing/kafka.ts';
import { describeTraces } from './traces.ts';

describeWithKafka('over Kafka', (kafka) => {
  describeTraces(async () => {
    const prefix = `${newId()}.`;
    const connection = { brokers: [kafka().broker], clientId: 'test' };
    await applyTopics(kafkaClient(connection, silentLogger), { prefix, replicationFactor: 1 });
    return new KafkaBus({ connection, prefix, replicationFactor: 1 });
  });
});
