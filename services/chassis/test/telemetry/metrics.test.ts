import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { unauthenticated } from '../../src/errors.ts';
import { EmbeddedBus } from '../../src/events/embedded-bus.ts';
import { newId } from '../../src/ids.ts';
import { release, waitFor } from '../../src/inbox/consumer-group.ts';
import { grpcClient } from '../../src/rpc/client.ts';
import { metric } from '../../src/telemetry/metrics.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { InMemoryTelemetry } from '../../src/testing/in-memory-telemetry.ts';
import { EventFlow, gate, note, paymentCompleted, paymentRefunded, TappedBus } from '../events/event-flow.ts';
import { partly, startServer } from '../rpc/running-server.ts';
import { undocumented } from './guide.ts';

let telemetry: InMemoryTelemetry;
let bus: TappedBus;
let flow: EventFlow;
const acme = newId();

beforeAll(() => {
  telemetry = InMemoryTelemetry.start();
});

afterAll(async () => {
  await telemetry.stop();
});

const completed = { 'messaging.destination.name': 'payment_completed' };
const accounting = { 'messaging.consumer.group.name': 'accounting' };
const payments = (count: number) => Array.from({ length: count }, () => paymentCompleted(acme));

describe('events', () => {
  beforeEach(async () => {
    bus = new TappedBus(new EmbeddedBus());
    flow = await EventFlow.open(bus);
  });

  afterEach(async () => {
    await flow.close();
  });

  /** Of this test's database: the SDK repeats the gauges of the tests before. */
  const ofProducer = () => ({ 'db.namespace': flow.producerName });

  test('what waits in the outbox is its size and age, and nothing once it is published', async () => {
    const door = gate();
    bus.onPublish = () => door.pass();
    await flow.group();
    const relay = flow.relay();
    await flow.append(acme, payments(3));
    await door.arrived;
    const where = { ...completed, ...ofProducer() };
    expect(await telemetry.values(metric.outboxSize, where)).toEqual([3]);
    expect(
      await telemetry.values(metric.outboxSize, { ...ofProducer(), 'messaging.destination.name': 'user_created' }),
    ).toEqual([0]);
    await eventually(async () => expect((await telemetry.values(metric.outboxAge, where))[0]).toBeGreaterThan(0.05));
    door.open();
    await relay.idle();
    expect(await telemetry.values(metric.outboxSize, where)).toEqual([0]);
    expect(await telemetry.values(metric.outboxAge, where)).toEqual([0]);
  });

  test('events of a topic that only a newer release knows are seen while they wait, and gone when they have', async () => {
    flow.relay();
    const where = { ...ofProducer(), 'messaging.destination.name': 'payment_forgotten' };
    await flow.producer.tenant(acme, (tx) =>
      tx.query(
        `insert into outbox (organization_id, event_id, topic, key, payload, headers)
         values ($1, $2, 'payment_forgotten', 'k', '{}', '{}')`,
        [acme, newId()],
      ),
    );
    expect(await telemetry.values(metric.outboxSize, where)).toEqual([1]);
    expect(await telemetry.values(metric.outboxSize, { ...where, ...completed })).toEqual([0]);
    await eventually(async () => expect((await telemetry.values(metric.outboxAge, where))[0]).toBeGreaterThan(0.05));
    await flow.producer.tenant(acme, (tx) => tx.query('delete from outbox'));
    expect(await telemetry.values(metric.outboxSize, where)).toEqual([0]);
    expect(await telemetry.values(metric.outboxAge, where)).toEqual([0]);
  });

  test('what is sent, received and handled is counted and timed, repetitions told from effects', async () => {
    const before = await counts();
    await flow.group();
    const relay = flow.relay();
    let again = true;
    bus.afterPublish = async () => {
      if (again) {
        again = false;
        throw new Error('the answer is lost');
      }
    };
    await flow.append(acme, payments(3));
    await relay.idle();
    const after = await counts();
    // Sent and received twice, handled once.
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([6, 6, 3, 3]);
  });

  const counts = async () => {
    const sums = [
      telemetry.values(metric.sentMessages, completed),
      telemetry.values(metric.consumedMessages, { ...completed, ...accounting }),
      telemetry.values(metric.processDuration, { ...completed, ...accounting, 'finflow.outcome': 'handled' }),
      telemetry.values(metric.eventDelay, { ...completed, ...accounting }),
    ];
    return (await Promise.all(sums)).map((values) => values.reduce((sum, value) => sum + value, 0));
  };

  test('events that wait for others, and dead letters, are seen until they are settled', async () => {
    const early = paymentRefunded(acme, newId());
    const poison = paymentCompleted(acme);
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          if (event.id === poison.id) throw new RangeError('cannot be booked');
          await note(tx, event);
          await release(tx, 'payment');
        },
        payment_refunded: async (tx, event) => {
          const [row]: unknown[] = await tx.query('select from effects limit 1');
          if (!row) return waitFor('payment');
          await note(tx, event);
        },
      },
    });
    const relay = flow.relay();
    // One after the other: in one delivery they would be tried together first, as chance has their keys.
    await flow.append(acme, [early]);
    await relay.idle();
    await flow.append(acme, [poison]);
    await relay.idle();
    expect(await telemetry.values(metric.inboxWaitingSize, accounting)).toEqual([1]);
    await eventually(async () =>
      expect((await telemetry.values(metric.inboxWaitingAge, accounting))[0]).toBeGreaterThan(0.05),
    );
    expect(await telemetry.values(metric.deadLetters, accounting)).toEqual([1]);
    const failed = { ...completed, 'finflow.outcome': 'failed', 'error.type': 'RangeError' };
    expect(await telemetry.values(metric.processDuration, failed)).toEqual([3]);
    await flow.append(acme, payments(1));
    await relay.idle();
    expect(await telemetry.values(metric.inboxWaitingSize, accounting)).toEqual([0]);
    expect(await telemetry.values(metric.inboxWaitingAge, accounting)).toEqual([0]);
    expect(await flow.effects(acme)).toHaveLength(2);
  });

  test('a database that is away gives no values, is counted, and harms no export', async () => {
    flow.relay();
    await flow.producer.close();
    await telemetry.points(metric.outboxSize);
    await telemetry.points(metric.outboxSize);
    expect(await telemetry.values(metric.gaugeFailures, { 'finflow.gauges': 'outbox' })).toEqual([3]);
    await flow.producer.connect();
  });

  test('a stopped relay and group leave their databases alone, and wait for a look under way', async () => {
    const relay = flow.relay();
    const group = await flow.group();
    const failuresBefore = await telemetry.values(metric.gaugeFailures);
    const looking = telemetry.points(metric.outboxSize);
    await Promise.all([relay.stop(), group.stop()]);
    await Promise.all([flow.producer.close(), flow.consumer.close()]);
    await looking;
    await telemetry.points(metric.outboxSize);
    expect(await telemetry.values(metric.gaugeFailures)).toEqual(failuresBefore);
  });
});

describe('calls', () => {
  test('are timed where they are made and where they are answered, with how they ended', async () => {
    const server = await startServer([
      partly(AuthService, {
        login: () => ({}),
        refresh: () => {
          throw unauthenticated('SESSION_ENDED', 'log in again');
        },
      }),
    ]);
    const client = grpcClient(AuthService, server.grpcAddress);
    try {
      await client.login({ email: 'a@b.co', password: 'x' });
      await client.login({ email: 'a@b.co', password: 'x' });
      await expect(client.refresh({})).rejects.toThrow();
      const login = { 'rpc.method': 'finflow.auth.v1.AuthService/Login' };
      const refused = { 'rpc.method': 'finflow.auth.v1.AuthService/Refresh', 'rpc.status_code': 'unauthenticated' };
      expect(await telemetry.values(metric.rpcServerDuration, login)).toEqual([2]);
      expect(await telemetry.values(metric.rpcClientDuration, { ...login, 'server.address': '127.0.0.1' })).toEqual([
        2,
      ]);
      // The caller's mistake is a failure to the caller alone.
      expect(await telemetry.values(metric.rpcClientDuration, { ...refused, 'error.type': 'unauthenticated' })).toEqual(
        [1],
      );
      const [answered] = await telemetry
        .points(metric.rpcServerDuration)
        .then((points) => points.filter(({ attributes }) => attributes['rpc.method'] === refused['rpc.method']));
      expect(answered?.attributes).toEqual({ ...refused, 'rpc.system.name': 'connectrpc' });
    } finally {
      client.close();
      await server.stop();
    }
  });
});

test('the guide names every attribute that was sent', async () => {
  expect(await undocumented(telemetry)).toEqual([]);
});

test('no metric tells organizations, people or events apart', async () => {
  const names = new Set<string>();
  for (const each of Object.values(metric)) {
    for (const { attributes } of await telemetry.points(each))
      for (const name of Object.keys(attributes)) names.add(name);
  }
  expect([...names].sort()).toEqual([
    'db.client.connection.pool.name',
    'db.client.connection.state',
    'db.namespace',
    'error.type',
    'finflow.gauges',
    'finflow.outcome',
    'messaging.consumer.group.name',
    'messaging.destination.name',
    'messaging.operation.name',
    'messaging.operation.type',
    'messaging.system.name',
    'rpc.method',
    'rpc.status_code',
    'rpc.system.name',
    'server.address',
    'server.port',
  ]);
});
