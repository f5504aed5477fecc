import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Database } from '@finflow/chassis/database/database';
import { EventCodec } from '@finflow/chassis/events/codec';
import { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { KafkaBus } from '@finflow/chassis/events/kafka/kafka-bus';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { OutboxRelay } from '@finflow/chassis/outbox/relay';
import { postedEntry } from './journal.ts';
import type { Stage } from './stage.ts';

const organizations = Array.from({ length: 20 }, newId);
const settleMs = 60_000;

/** In milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/**
 * The way of an event at a steady rate: a transaction of accounting's writes it, the relay publishes it, analytics in
 * another process takes it into its read model. And beside it what kafkajs alone takes from send to receipt.
 */
export async function prepareFlow(stage: Stage, perSecond: number) {
  const connection = { brokers: [stage.broker], clientId: 'bench-accounting' };
  const database = new Database({ url: stage.databaseUrl('accounting'), poolSize: 10 });
  await database.connect();
  const bus = new KafkaBus({ connection, replicationFactor: 1 });
  const relay = new OutboxRelay({ database, bus, codec: new EventCodec(stage.registryUrl) });
  relay.start();
  const consumer = fork(fileURLToPath(new URL('consumer.ts', import.meta.url)), [
    stage.databaseUrl('analytics'),
    stage.broker,
    stage.registryUrl,
  ]);
  await once(consumer, 'message');
  const bare = await prepareBare(stage);

  return {
    /** From the commit's answer to the commit of the effect, both as their processes see them. */
    async effect(seconds: number): Promise<Quantiles> {
      const committed = new Map<string, bigint>();
      await atRate(perSecond, seconds, async () => {
        const organizationId = organizations[Math.floor(Math.random() * organizations.length)] ?? '';
        const id = newId();
        const payload = postedEntry(organizationId, new Date());
        await database.tenant(organizationId, (tx) =>
          appendEvents(tx, [{ topic: 'journal_entry_posted', organizationId, payload, id }]),
        );
        committed.set(id, process.hrtime.bigint());
      });
      const effects = new Map<string, bigint>();
      for (const deadline = performance.now() + settleMs; effects.size < committed.size; await delay(100)) {
        if (performance.now() > deadline) throw new Error(`${committed.size - effects.size} events had no effect.`);
        for (const [id, at] of await ask(consumer)) if (committed.has(id)) effects.set(id, BigInt(at));
      }
      return quantiles([...committed].map(([id, at]) => Number((effects.get(id) ?? at) - at) / 1e6));
    },

    bare: (seconds: number) => bare.measure(perSecond, seconds),

    async close(): Promise<void> {
      const gone = once(consumer, 'exit');
      consumer.send('stop');
      await gone;
      await bare.close();
      await relay.stop();
      await bus.close();
      await database.close();
    },
  };
}

async function ask(consumer: ChildProcess): Promise<[string, string][]> {
  consumer.send('take');
  const [answer] = await once(consumer, 'message');
  return answer;
}

async function prepareBare(stage: Stage) {
  const kafka = kafkaClient({ brokers: [stage.broker], clientId: 'bench-bare' }, silentLogger);
  const topic = 'bench_bare';
  const admin = kafka.admin();
  await admin.connect();
  // Not waited for by the client: it fails when the broker has not heard of the topic yet.
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] });
  while (!(await admin.listTopics()).includes(topic)) await delay(20);
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const consumer = kafka.consumer({ groupId: 'bench-bare', maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let received: (at: number) => void = () => undefined;
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    eachMessage: async ({ message }) => received(performance.now() - Number(message.headers?.at)),
  });
  return {
    async measure(perSecond: number, seconds: number): Promise<Quantiles> {
      const value = Buffer.alloc(400, 1);
      const times: number[] = [];
      let sent = 0;
      received = (ms) => times.push(ms);
      await atRate(perSecond, seconds, async () => {
        sent += 1;
        const headers = { at: String(performance.now()) };
        await producer.send({ topic, acks: -1, messages: [{ key: newId(), value, headers }] });
      });
      for (const deadline = performance.now() + settleMs; times.length < sent; await delay(50)) {
        if (performance.now() > deadline) throw new Error(`${sent - times.length} records did not arrive.`);
      }
      return quantiles(times);
    },
    async close(): Promise<void> {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
}

/** Begins a piece of work so many times a second, whether or not those before have ended. */
async function atRate(perSecond: number, seconds: number, work: () => Promise<void>): Promise<void> {
  const from = performance.now();
  const running: Promise<void>[] = [];
  for (let begun = 0; begun < perSecond * seconds; ) {
    const due = Math.floor(((performance.now() - from) / 1000) * perSecond);
    for (; begun < Math.min(due, perSecond * seconds); begun += 1) running.push(work());
    await delay(1);
  }
  await Promise.all(running);
}

function quantiles(values: number[]): Quantiles {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
