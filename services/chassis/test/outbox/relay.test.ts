import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PublishError, TopicUnavailable } from '../../src/events/bus.ts';
import { newId } from '../../src/ids.ts';
import type { Logger } from '../../src/logger.ts';
import { appendEvents, INSERT_OUTBOX, outboxParameters, toOutboxRows } from '../../src/outbox/append.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, gate, paymentCompleted, paymentRefunded, TappedBus } from '../events/event-flow.ts';

let recorded: RecordingBus;
let bus: TappedBus;
let flow: EventFlow;
const acme = newId();

beforeEach(async () => {
  recorded = new RecordingBus();
  bus = new TappedBus(recorded);
  flow = await EventFlow.open(bus);
});

afterEach(async () => {
  await flow?.close();
});

const amounts = async (): Promise<bigint[]> =>
  (await recorded.payloads('payment_completed')).map(({ amount }) => amount);

const amountsOf = async (key: string): Promise<bigint[]> =>
  (await recorded.payloads('payment_completed'))
    .filter(({ invoiceId }) => invoiceId === key)
    .map(({ amount }) => amount);

describe('appendEvents', () => {
  test('refuses a payload that does not fit its schema, naming the field', async () => {
    const event = paymentCompleted(acme);
    const wrong = [
      { ...event, payload: { ...event.payload, amount: 5 as unknown as bigint } },
      { ...event, payload: { ...event.payload, amount: 2n ** 63n } },
      { ...event, payload: { ...event.payload, currency: undefined as unknown as string } },
    ];
    for (const bad of wrong) {
      await expect(flow.append(acme, [event, bad])).rejects.toThrow(
        /^payment_completed: (amount|currency) is not a valid/,
      );
    }
    const misspelt = { ...event, payload: { ...event.payload, invoice_id: newId() } };
    await expect(flow.append(acme, [misspelt])).rejects.toThrow(TypeError);
    expect(await flow.outbox()).toEqual([]);
  });

  test('writes for the organization of the transaction alone', async () => {
    await expect(flow.append(newId(), [paymentCompleted(acme)])).rejects.toThrow(/row-level security/);
  });
});

describe('outbox relay', () => {
  test('publishes what was committed, whole and in order, and empties the outbox', async () => {
    const relay = flow.relay();
    const invoiceId = newId();
    const events = [2n ** 60n + 1n, 0n, -1n].map((amount) => paymentCompleted(acme, { invoiceId, amount }));
    await flow.append(acme, events);
    await relay.idle();
    expect(await recorded.payloads('payment_completed')).toEqual(events.map(({ payload }) => payload));
    expect(recorded.published.map(({ key, headers }) => ({ key, ...headers }))).toEqual(
      events.map(({ id }) => ({
        key: invoiceId,
        id,
        type: 'finflow.events.PaymentCompleted',
        schemaVersion: '1',
        organizationId: acme,
        occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      })),
    );
    expect(await flow.outbox()).toEqual([]);
  });

  test('finds rows that another process wrote', async () => {
    const relay = flow.relay();
    await relay.idle();
    const rows = await flow.producer.tenant(acme, async (tx) => toOutboxRows(tx, [paymentCompleted(acme)]));
    // Through the pool directly, so that no commit is noticed in this process.
    await flow.producer.dataSource.transaction(async (tx) => {
      await tx.query("select set_config('finflow.organization_id', $1, true)", [acme]);
      await tx.query(INSERT_OUTBOX, outboxParameters(rows));
    });
    await eventually(() => expect(recorded.published).toHaveLength(1));
  });

  test('a key that fails waits with the events behind it, and the others go on', async () => {
    const [failing, other] = [newId(), newId()];
    let down = true;
    let tries = 0;
    bus.onPublish = async (records) => {
      const failed = records.filter(({ key }) => down && key === failing);
      tries += failed.length > 0 ? 1 : 0;
      if (failed.length === 0) return;
      recorded.published.push(...records.filter((record) => !failed.includes(record)));
      throw new PublishError(new Map(failed.map((record) => [record, new Error('partition has no leader')])));
    };
    const relay = flow.relay();
    for (let n = 0; n < 5; n += 1) {
      await flow.append(
        acme,
        [failing, other].map((invoiceId) => paymentCompleted(acme, { invoiceId, amount: BigInt(n) })),
      );
    }
    await eventually(async () => expect(await amounts()).toEqual([0n, 1n, 2n, 3n, 4n]));
    await eventually(() => expect(tries).toBeGreaterThanOrEqual(3));
    expect(recorded.published.every(({ key }) => key === other)).toBe(true);
    expect((await flow.outbox())[0]).toMatchObject({ last_error: 'partition has no leader' });
    down = false;
    await relay.idle();
    expect((await amounts()).slice(5)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  test('a topic that fails with very many keys holds up no other topic, and drains when it works again', async () => {
    let down = true;
    let tries = 0;
    bus.onPublish = async (records) => {
      const failed = records.filter(({ topic }) => down && topic === 'payment_completed');
      if (failed.length === 0) return;
      tries += 1;
      recorded.published.push(...records.filter((record) => !failed.includes(record)));
      throw new PublishError(new Map(failed.map((record) => [record, new Error('no consumer')])));
    };
    const relay = flow.relay();
    await flow.append(
      acme,
      Array.from({ length: 1500 }, () => paymentCompleted(acme)),
    );
    await eventually(() => expect(tries).toBeGreaterThanOrEqual(1));
    await flow.append(acme, [paymentRefunded(acme, newId())]);
    await eventually(() => expect(recorded.published.map(({ topic }) => topic)).toEqual(['payment_refunded']));
    // The failing topic is tried as a whole now and then, not once for each of its keys.
    expect(tries).toBeLessThan(10);
    down = false;
    await relay.idle();
    expect(recorded.published).toHaveLength(1501);
  });

  test('many keys that fail wait longer each time, although others of their topic go through', async () => {
    const healthy = newId();
    let tries = 0;
    bus.onPublish = async (records) => {
      const failed = records.filter(({ key }) => key !== healthy);
      if (failed.length === 0) return;
      tries += 1;
      throw new PublishError(new Map(failed.map((record) => [record, new Error('not enough replicas')])));
    };
    let longest = 0;
    const warn = (line: { waits?: number }) => {
      longest = Math.max(longest, line.waits ?? 0);
    };
    flow.relay({ logger: { warn } as unknown as Logger });
    await flow.append(acme, [
      ...Array.from({ length: 60 }, () => paymentCompleted(acme)),
      ...Array.from({ length: 10 }, () => paymentCompleted(acme, { invoiceId: healthy })),
    ]);
    await eventually(async () => expect(await flow.outbox()).toHaveLength(60));
    await eventually(() => expect(longest).toBe(4));
    // Four waits in a row, and a few keys on their own before the first.
    expect(tries).toBeLessThan(10);
  });

  test('of a backlog that takes several batches, an event that was written early and committed late goes before its key’s next', async () => {
    const early = gate();
    const key = newId();
    const late = flow.producer.tenant(acme, async (tx) => {
      await appendEvents(tx, [paymentCompleted(acme, { invoiceId: key, amount: 1n })]);
      await early.pass();
    });
    await early.arrived;
    for (let n = 0; n < 4; n += 1) {
      await flow.append(
        acme,
        Array.from({ length: 1_000 }, () => paymentCompleted(acme)),
      );
    }
    let publications = 0;
    bus.onPublish = async () => {
      publications += 1;
      // By the first full batch the relay knows that it has a backlog; here its looks for the rest have begun.
      if (publications !== 2) return;
      early.open();
      await late;
      await flow.append(acme, [paymentCompleted(acme, { invoiceId: key, amount: 2n })]);
    };
    await flow.relay().idle();
    expect(recorded.published).toHaveLength(4_002);
    expect(await amountsOf(key)).toEqual([1n, 2n]);
  });

  test('behind an event that failed nothing of its key goes out, however long the backlog', async () => {
    const key = newId();
    const of = (amount: bigint) => paymentCompleted(acme, { invoiceId: key, amount });
    const first = of(0n);
    let down = true;
    bus.onPublish = async (records) => {
      if (!down || !records.some(({ headers }) => headers.id === first.id)) return;
      const failed = records.filter((record) => record.key === key);
      recorded.published.push(...records.filter((record) => !failed.includes(record)));
      throw new PublishError(new Map(failed.map((record) => [record, new Error('no leader')])));
    };
    const others = (length: number) => Array.from({ length }, () => paymentCompleted(acme));
    await flow.append(acme, others(1_000));
    for (const event of [first, of(1n), of(2n)]) await flow.append(acme, [event, ...others(999)]);
    const relay = flow.relay();
    await eventually(() => expect(recorded.published).toHaveLength(3_997));
    down = false;
    await relay.idle();
    expect(await amountsOf(key)).toEqual([0n, 1n, 2n]);
  });

  test('a topic that nobody can take waits as a whole, whatever its keys', async () => {
    const other = paymentCompleted(acme);
    let tries = 0;
    bus.onPublish = async (records) => {
      tries += 1;
      if (tries <= 2) throw new PublishError(new Map(records.map((record) => [record, new TopicUnavailable('away')])));
    };
    await flow.append(acme, [paymentCompleted(acme)]);
    const relay = flow.relay();
    await eventually(() => expect(tries).toBe(1));
    // Another key of the topic is not tried for itself.
    await flow.append(acme, [other]);
    await relay.idle();
    expect(tries).toBe(3);
    expect(recorded.published).toHaveLength(2);
  });

  test('a bus that is down keeps everything in the outbox and is tried again', async () => {
    let failures = 3;
    bus.onPublish = async () => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('bus is down');
      }
    };
    const relay = flow.relay();
    await flow.append(acme, [paymentCompleted(acme)]);
    await relay.idle();
    expect(failures).toBe(0);
    expect(recorded.published).toHaveLength(1);
  });

  test('two relays of one database keep the order of a key', async () => {
    const invoiceId = newId();
    const relays = [flow.relay(), flow.relay()];
    for (let n = 0; n < 60; n += 1) await flow.append(acme, [paymentCompleted(acme, { invoiceId, amount: BigInt(n) })]);
    await Promise.all(relays.map((relay) => relay.idle()));
    expect(await amounts()).toEqual(Array.from({ length: 60 }, (_, n) => BigInt(n)));
  });

  test('claims no more than its bound at a time', async () => {
    let largest = 0;
    bus.onPublish = async (records) => {
      largest = Math.max(largest, records.length);
    };
    await flow.append(
      acme,
      Array.from({ length: 1201 }, () => paymentCompleted(acme)),
    );
    await flow.relay().idle();
    expect(recorded.published).toHaveLength(1201);
    expect(largest).toBe(1000);
  });

  test('stop finishes the batch in flight; what came later stays for the next start', async () => {
    const door = gate();
    bus.onPublish = () => door.pass();
    const relay = flow.relay();
    await flow.append(acme, [paymentCompleted(acme, { amount: 1n })]);
    await door.arrived;
    const idle = relay.idle();
    const stopped = relay.stop();
    await flow.append(acme, [paymentCompleted(acme, { amount: 2n })]);
    door.open();
    await stopped;
    await expect(idle).rejects.toThrow(/stopped/);
    expect(await amounts()).toEqual([1n]);
    expect(await flow.outbox()).toHaveLength(1);
    await flow.relay().idle();
    expect(await amounts()).toEqual([1n, 2n]);
  });
});
