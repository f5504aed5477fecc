import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../src/clock.ts';
import { notFound, unavailable } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { release, waitFor } from '../../src/inbox/consumer-group.ts';
import { createLogger } from '../../src/logger.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, note, paymentCompleted, paymentRefunded } from '../events/event-flow.ts';

let bus: RecordingBus;
let flow: EventFlow;
const acme = newId();
const globex = newId();

beforeEach(async () => {
  bus = new RecordingBus();
  flow = await EventFlow.open(bus);
});

afterEach(async () => {
  await flow?.close();
});

const subjects = async (organizationId = acme): Promise<string[]> =>
  (await flow.effects(organizationId)).map(({ subject }) => subject);

describe('consumer group', () => {
  test('gives a handler the event and who it belongs to', async () => {
    const seen: unknown[] = [];
    await flow.group({ handlers: { payment_completed: async (_tx, event) => void seen.push(event) } });
    const { payload, id } = paymentCompleted(acme, { amount: 2n ** 62n });
    await bus.send({ topic: 'payment_completed', payload, organizationId: acme, id, occurredAt: new Date(0) });
    expect(seen).toEqual([
      {
        id,
        topic: 'payment_completed',
        key: payload.id,
        organizationId: acme,
        payload,
        occurredAt: new Date(0),
        headers: expect.objectContaining({ id, organizationId: acme }),
      },
    ]);
  });

  test('applies neighbours of one organization in one transaction, and each organization in its own', async () => {
    const transactions: bigint[] = [];
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          const [row]: { id: bigint }[] = await tx.query('select pg_current_xact_id()::text::bigint as id');
          transactions.push(row?.id ?? 0n);
          await note(tx, event);
        },
      },
    });
    const organizations = [...Array<string>(120).fill(acme), ...Array<string>(30).fill(globex)];
    await bus.deliver(
      await Promise.all(organizations.map((organization) => bus.record(paymentCompleted(organization)))),
    );
    expect(new Set(transactions).size).toBe(3);
    expect([(await subjects(acme)).length, (await subjects(globex)).length]).toEqual([120, 30]);
  });

  test('one bad event among a hundred costs its neighbours nothing', async () => {
    const events = Array.from({ length: 100 }, () => paymentCompleted(acme));
    const bad = events[57];
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          await note(tx, event);
          if (event.id === bad?.id) await tx.query('select 1/0');
        },
      },
    });
    await bus.deliver(await Promise.all(events.map((event) => bus.record(event))));
    expect(await subjects()).toEqual(events.filter((event) => event !== bad).map(({ payload }) => payload.id));
    expect(await flow.deadLetters()).toEqual([expect.objectContaining({ event_id: bad?.id, attempts: 3 })]);
  });

  test('hands back what the database or a service it needs cannot do now, and nothing behind it is applied', async () => {
    const events = Array.from({ length: 3 }, () => paymentCompleted(acme));
    let down = true;
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          if (down && event.id === events[1]?.id) throw unavailable('NOT_NOW', 'not now');
          await note(tx, event);
        },
      },
    });
    const records = await Promise.all(events.map((event) => bus.record(event)));
    await expect(bus.deliver(records)).rejects.toThrow('not now');
    expect(await subjects()).toEqual([events[0]?.payload.id]);
    down = false;
    await bus.deliver(records);
    expect(await subjects()).toEqual(events.map(({ payload }) => payload.id));
    expect(await flow.deadLetters()).toEqual([]);
  });
});

describe('waiting events', () => {
  const handlers = {
    payment_completed: async (...[tx, event]: Parameters<typeof note>) => {
      await note(tx, event);
      await release(tx, `payment:${(event.payload as { id: string }).id}`);
    },
    payment_refunded: async (...[tx, event]: Parameters<typeof note>) => {
      const { paymentId, amount } = event.payload as { paymentId: string; amount: bigint };
      const found = await tx.query('select from effects where subject = $1', [paymentId]);
      if (found.length === 0) return waitFor(`payment:${paymentId}`);
      if (amount === 0n) throw new TypeError('nothing to refund');
      await note(tx, event);
    },
  };

  test('a waiting event that fails when its time comes is put aside alone', async () => {
    await flow.group({ handlers });
    const completed = paymentCompleted(acme);
    const bad = paymentRefunded(acme, completed.payload.id);
    const good = paymentRefunded(acme, completed.payload.id);
    await bus.send({ ...bad, payload: { ...bad.payload, amount: 0n } });
    await bus.send(good);
    await bus.send(completed);
    expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([completed.id, good.id]);
    expect(await flow.deadLetters()).toEqual([expect.objectContaining({ event_id: bad.id })]);
    expect(await flow.waiting()).toEqual([]);
  });

  test('one that is put aside is told of once, however often the transaction that released it was tried', async () => {
    const lines: { message: string; eventId?: string }[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const failing = paymentCompleted(acme, { amount: 0n });
    const completing = async (...[tx, event]: Parameters<typeof note>) => {
      if (event.id === failing.id) throw notFound('ACCOUNT_GONE', 'There is no such account.');
      await handlers.payment_completed(tx, event);
    };
    const logger = createLogger({ service: 'accounting', destination });
    await flow.group({ handlers: { ...handlers, payment_completed: completing }, logger });
    const completed = paymentCompleted(acme);
    const bad = paymentRefunded(acme, completed.payload.id);
    await bus.send({ ...bad, payload: { ...bad.payload, amount: 0n } });
    // Together, in vain, and then one by one.
    await bus.deliver([await bus.record(completed), await bus.record(failing)]);
    expect(await subjects()).toEqual([completed.payload.id]);
    expect(lines.map(({ message, eventId }) => [message, eventId])).toEqual([
      ['an event became a dead letter', bad.id],
      ['an event became a dead letter', failing.id],
    ]);
  });

  test('wait for their own organization alone', async () => {
    await flow.group({ handlers });
    const completed = paymentCompleted(acme);
    const foreign = paymentRefunded(globex, completed.payload.id);
    await bus.send(foreign);
    await bus.send(completed);
    expect(await flow.effects(globex)).toEqual([]);
    expect(await flow.waiting()).toHaveLength(1);
  });

  test('are reported when they wait too long', async () => {
    const lines: object[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    const [row]: { now: Date }[] = await flow.consumer.dataSource.query('select now() as now');
    const clock = new ManualClock(row?.now ?? new Date(0));
    const logger = createLogger({ service: 'accounting', destination });
    const group = await flow.group({ handlers, logger, clock, waitingTooLongMs: 60_000 });
    const refund = paymentRefunded(acme, newId());
    await bus.send(refund);
    await group.reportWaiting();
    expect(lines).toEqual([]);
    clock.advance(120_000);
    await group.reportWaiting();
    const oldest = {
      organizationId: acme,
      group: 'accounting',
      eventId: refund.id,
      topic: 'payment_refunded',
      waitKey: `payment:${refund.payload.paymentId}`,
      receivedAt: expect.any(String),
    };
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', group: 'accounting', waiting: 1, oldest })]);
  });

  test('cannot be released outside of a handler', async () => {
    await expect(flow.consumer.tenant(acme, (tx) => release(tx, 'payment:1'))).rejects.toThrow(/outside/);
  });
});
