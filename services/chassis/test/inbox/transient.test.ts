import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../../src/database/database.ts';
import { removeWithData } from '../../src/database/embedded-data-dir.ts';
import { EmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrate.ts';
import { unavailable } from '../../src/errors.ts';
import type { EventRecord } from '../../src/events/bus.ts';
import { EventCodec } from '../../src/events/codec.ts';
import { newId } from '../../src/ids.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, note, paymentCompleted } from '../events/event-flow.ts';
import { migrations } from '../schema.ts';

/** What is nobody's fault is tried for as long as it lasts, and never makes a dead letter. */
let bus: RecordingBus;
let flow: EventFlow;
const acme = newId();

beforeEach(async () => {
  bus = new RecordingBus();
  flow = await EventFlow.open(bus);
});

afterEach(async () => {
  await flow?.close();
});

/** As a bus does: again until it is taken. How often it was handed back. */
async function delivered(records: readonly EventRecord[]): Promise<number> {
  for (let rejections = 0; ; rejections += 1) {
    try {
      await bus.deliver(records);
      return rejections;
    } catch {
      expect(await flow.deadLetters()).toEqual([]);
    }
  }
}

describe('however often', () => {
  const causes: Record<string, (tx: EntityManager) => Promise<unknown>> = {
    'the database ends our connection': (tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'),
    'another transaction is first': (tx) =>
      tx.query("do $$ begin raise exception 'lost' using errcode = '40001'; end $$"),
    'the disk is full': (tx) => tx.query("do $$ begin raise exception 'full' using errcode = '53100'; end $$"),
    'a service that is needed is away': () => Promise.reject(unavailable('AWAY', 'away')),
  };

  test.each(Object.entries(causes))('%s, the event comes again and takes effect once', async (_name, cause) => {
    const events = Array.from({ length: 3 }, () => paymentCompleted(acme, { invoiceId: null }));
    let left = 40;
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          await note(tx, event);
          if (event.id !== events[1]?.id || left === 0) return;
          left -= 1;
          await cause(tx);
        },
      },
    });
    const rejections = await delivered(await Promise.all(events.map((event) => bus.record(event))));
    expect([left, rejections > 0]).toEqual([0, true]);
    expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual(events.map(({ id }) => id));
    expect(await flow.deadLetters()).toEqual([]);
  });
});

test('while the registry is away, events wait for the schemas they name', async () => {
  const event = paymentCompleted(acme);
  const record = await bus.record(event);
  const blind = await flow.group({ codec: new EventCodec('http://127.0.0.1:1') });
  await expect(bus.deliver([record])).rejects.toMatchObject({ reason: 'SCHEMA_REGISTRY_UNAVAILABLE' });
  await blind.stop();
  await flow.group();
  await bus.deliver([record]);
  expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([event.id]);
  expect(await flow.deadLetters()).toEqual([]);
});

test('while PostgreSQL is down, events wait for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-inbox-'));
  await chmod(folder, 0o755);
  const server = new EmbeddedServer({
    dataDir: join(folder, 'postgres'),
    durable: false,
    settings: { shared_buffers: '16MB' },
  });
  try {
    await server.start();
    for (const role of ['chassis_owner', 'chassis_service']) await server.ensureRole(role, 'secret');
    await server.ensureDatabase({ name: 'chassis', owner: 'chassis_owner', users: ['chassis_service'] });
    await migrate({ url: server.url('chassis_owner', 'secret', 'chassis'), migrations });
    const { port } = server;
    const database = new Database({ url: server.url('chassis_service', 'secret', 'chassis') });
    await database.connect();
    const group = await flow.group({ database });
    const event = paymentCompleted(acme);
    const record = await bus.record(event);
    await server.stop();
    await expect(bus.deliver([record])).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    const again = new EmbeddedServer({ dataDir: join(folder, 'postgres'), durable: false, port });
    await again.start();
    try {
      await bus.deliver([record]);
      const [effects, letters] = await database.tenant(acme, async (tx) => [
        await tx.query('select event_id from effects'),
        await tx.query('select from dead_letters'),
      ]);
      expect([effects, letters]).toEqual([[{ event_id: event.id }], []]);
    } finally {
      await group.stop();
      await database.close();
      await again.stop();
    }
  } finally {
    await server.stop();
    await removeWithData(folder);
  }
});
