import { Database } from '@finflow/chassis/database/database';
import { toPlainJson } from '@finflow/chassis/events/avro';
import { EventCodec } from '@finflow/chassis/events/codec';
import { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { KafkaBus } from '@finflow/chassis/events/kafka/kafka-bus';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { OutboxRelay } from '@finflow/chassis/outbox/relay';
import { postedEntry } from './journal.ts';
import type { Stage } from './stage.ts';

const topic = 'journal_entry_posted';
const organizations = Array.from({ length: 50 }, newId);
/** Records a bare producer sends at a time, of one partition; measured best among 100 to 2,000. */
const bareBatch = 500;

/** A backlog in accounting's outbox, drained to Kafka by the relay, and the same records sent by bare kafkajs. */
export async function prepareBacklog(stage: Stage, size: number) {
  const database = new Database({ url: stage.databaseUrl('accounting'), poolSize: 4 });
  await database.connect();
  const connection = { brokers: [stage.broker], clientId: 'bench' };
  const codec = new EventCodec(stage.registryUrl);
  await codec.start();
  const producer = kafkaClient(connection, silentLogger).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();

  return {
    /** Events a second that the relay publishes. */
    async drain(): Promise<number> {
      await fill(stage, size);
      const bus = new KafkaBus({ connection, replicationFactor: 1 });
      const relay = new OutboxRelay({ database, bus, codec });
      const from = performance.now();
      relay.start();
      await relay.idle();
      const seconds = (performance.now() - from) / 1000;
      await relay.stop();
      await bus.close();
      return size / seconds;
    },

    /** Records a second that kafkajs sends and has acknowledged, encoded beforehand, without a database. */
    async bare(): Promise<number> {
      const now = new Date();
      const writer = await codec.writer();
      const messages = Array.from({ length: size }, (_, index) => ({
        key: organizations[index % organizations.length] ?? '',
        value: writer.frame(topic, postedEntry(organizations[0] ?? '', now)),
        headers: { id: newId(), type: 'finflow.events.JournalEntryPosted' },
        partition: index % 3,
      }));
      const from = performance.now();
      await Promise.all(
        [0, 1, 2].map(async (partition) => {
          const own = messages.filter((message) => message.partition === partition);
          for (let at = 0; at < own.length; at += bareBatch) {
            await producer.send({ topic, acks: -1, messages: own.slice(at, at + bareBatch) });
          }
        }),
      );
      return size / ((performance.now() - from) / 1000);
    },

    async close(): Promise<void> {
      await producer.disconnect();
      await database.close();
    },
  };
}

/** As their transactions would have left them. */
async function fill(stage: Stage, size: number): Promise<void> {
  const now = new Date();
  await stage.server.asSuperuser(async (client) => {
    for (let from = 0; from < size; from += 5_000) {
      const rows = Array.from({ length: Math.min(5_000, size - from) }, () => {
        const organizationId = organizations[Math.floor(Math.random() * organizations.length)] ?? '';
        return { organizationId, payload: toPlainJson(postedEntry(organizationId, now)) };
      });
      await client.query(
        `insert into outbox (organization_id, event_id, topic, key, payload, headers)
         select o, gen_random_uuid(), $1, o::text, p, '{}' from unnest($2::uuid[], $3::jsonb[]) as e (o, p)`,
        [topic, rows.map(({ organizationId }) => organizationId), rows.map(({ payload }) => payload)],
      );
    }
    await client.query('analyze outbox');
  }, 'accounting');
}
