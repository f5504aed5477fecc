// A process of its own: analytics' consumer group, with the instant at which each event's effect was committed.
import { eventHandlers } from '@finflow/analytics/events/consumed';
import { Database } from '@finflow/chassis/database/database';
import { EventCodec } from '@finflow/chassis/events/codec';
import { KafkaBus } from '@finflow/chassis/events/kafka/kafka-bus';
import { ConsumerGroup } from '@finflow/chassis/inbox/consumer-group';

const [databaseUrl = '', broker = '', registryUrl = ''] = process.argv.slice(2);
const database = new Database({ url: databaseUrl, poolSize: 8 });
await database.connect();
const bus = new KafkaBus({ connection: { brokers: [broker], clientId: 'bench-analytics' }, replicationFactor: 1 });
const done: [string, string][] = [];
const group = new ConsumerGroup({
  group: 'analytics',
  database,
  codec: new EventCodec(registryUrl),
  handlers: { journal_entry_posted: eventHandlers.journal_entry_posted },
  bus: {
    publish: (records) => bus.publish(records),
    close: () => bus.close(),
    subscribe: (name, topics, deliver) =>
      bus.subscribe(name, topics, async (records) => {
        await deliver(records);
        // The clock that every process of the machine shares.
        const now = String(process.hrtime.bigint());
        for (const { headers } of records) done.push([headers.id, now]);
      }),
  },
});
await group.start();
process.send?.('ready');
process.on('message', async (message) => {
  if (message === 'take') process.send?.(done.splice(0));
  if (message !== 'stop') return;
  await group.stop();
  await bus.close();
  await database.close();
  process.exit(0);
});
