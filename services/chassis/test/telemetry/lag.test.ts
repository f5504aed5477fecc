import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kafkaClient } from '../../src/events/kafka/connection.ts';
import { KafkaBus } from '../../src/events/kafka/kafka-bus.ts';
import { applyTopics } from '../../src/events/kafka/topics.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { metric } from '../../src/telemetry/metrics.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { InMemoryTelemetry } from '../../src/testing/in-memory-telemetry.ts';
import { describeWithKafka } from '../../src/testing/kafka.ts';
import { EventFlow, gate, note, paymentCompleted } from '../events/event-flow.ts';
import { undocumented } from './guide.ts';

describeWithKafka('consumer lag', (kafka) => {
  let telemetry: InMemoryTelemetry;

  beforeAll(() => {
    telemetry = InMemoryTelemetry.start();
  });

  afterAll(async () => {
    await telemetry.stop();
  });

  test('is what the group has not committed, by partition, and none once it has', async () => {
    const prefix = `${newId()}.`;
    const connection = { brokers: [kafka().broker], clientId: 'test' };
    await applyTopics(kafkaClient(connection, silentLogger), { prefix, replicationFactor: 1 });
    const flow = await EventFlow.open(new KafkaBus({ connection, prefix, replicationFactor: 1 }));
    const lag = (attributes: Record<string, string> = {}) =>
      telemetry.values(metric.consumerLag, {
        'messaging.consumer.group.name': 'accounting',
        'messaging.destination.name': 'payment_completed',
        ...attributes,
      });
    const door = gate();
    try {
      const organizationId = newId();
      await flow.group({
        handlers: {
          payment_completed: async (tx, event) => {
            await door.pass();
            await note(tx, event);
          },
        },
      });
      const relay = flow.relay();
      const invoiceId = newId();
      await flow.append(
        organizationId,
        [1, 2, 3].map(() => paymentCompleted(organizationId, { invoiceId })),
      );
      await relay.idle();
      await door.arrived;
      // A look that the brokers are too slow for tells nothing, and the next one all.
      await eventually(async () => expect((await lag()).sort()).toEqual([0, 0, 3]), 30_000);
      expect(await lag({ 'messaging.destination.partition.id': '0' })).toHaveLength(1);
      door.open();
      await eventually(async () => expect(await lag()).toEqual([0, 0, 0]), 30_000);
      expect(await undocumented(telemetry)).toEqual([]);
    } finally {
      // A handler that waits for ever would hide what failed behind the time the test may take.
      door.open();
      await flow.close();
    }
  });
});
