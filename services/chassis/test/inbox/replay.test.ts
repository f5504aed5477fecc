import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { prune } from '../../src/database/prune.ts';
import { notFound, unavailable } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { type EventHandlers, type ReceivedEvent, release, waitFor } from '../../src/inbox/consumer-group.ts';
import { discard, replayOutcomes, requestReplay } from '../../src/inbox/dead-letter-decisions.ts';
import { findDeadLetters, listDeadLetters } from '../../src/inbox/dead-letter-queries.ts';
import { createLogger } from '../../src/logger.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { asSuperuser } from '../../src/testing/postgres.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, gate, note, paymentCompleted, paymentRefunded } from '../events/event-flow.ts';

let bus: RecordingBus;
let flow: EventFlow;
const acme = newId();

/** What the handlers do about an event beyond noting it; the tests break and mend them. */
let trouble: (tx: EntityManager, event: ReceivedEvent) => Promise<void>;

const handlers: EventHandlers = {
  payment_completed: async (tx, event) => {
    await note(tx, event);
    await trouble(tx, event);
    await release(tx, `payment:${event.payload.id}`);
  },
  payment_refunded: async (tx, event) => {
    await trouble(tx, event);
    const found = await tx.query('select from effects where subject = $1', [event.payload.paymentId]);
    if (found.length === 0) return waitFor(`payment:${event.payload.paymentId}`);
    await note(tx, event);
  },
};

const broken = async () => {
  throw notFound('ACCOUNT_GONE', 'There is no such account.');
};
const mended = async () => undefined;
const everything = { states: ['kept' as const] };

beforeEach(async () => {
  bus = new RecordingBus();
  flow = await EventFlow.open(bus);
  trouble = broken;
});

afterEach(async () => {
  await flow?.close();
});

const replayAll = () => flow.consumer.system((tx) => requestReplay(tx, everything, 1_000));
/** How many statements of the consumer wait for a lock on this table. */
const waitingFor = (table: string) =>
  asSuperuser(async (client) => {
    const sql = 'select from pg_locks where relation = $1::regclass and not granted';
    return (await client.query(sql, [table])).rowCount;
  }, flow.consumerName);
const effectIds = async (): Promise<string[]> => (await flow.effects(acme)).map(({ event_id }) => event_id);

/** Sends events that become dead letters. */
async function dead<T extends ReturnType<typeof paymentCompleted>>(...events: T[]): Promise<T[]> {
  for (const event of events) await bus.send(event);
  expect(await flow.deadLetters()).toHaveLength(events.length);
  return events;
}

describe('a replay', () => {
  test('is taken up by the running group, has the effect once and leaves no dead letter', async () => {
    await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    trouble = mended;
    await replayAll();
    await eventually(async () => expect(await effectIds()).toEqual([event?.id]));
    expect(await flow.deadLetters()).toEqual([]);
  });

  test('that nobody asked for does not happen', async () => {
    const group = await flow.group({ handlers });
    await dead(paymentCompleted(acme));
    trouble = mended;
    expect(await group.replayRequested()).toBe(0);
    expect(await flow.deadLetters()).toHaveLength(1);
  });

  test('that fails is a dead letter again, with the new error beside how long it has been one', async () => {
    const group = await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    const [before] = await flow.consumer.system((tx) => findDeadLetters(tx, event?.id ?? ''));
    trouble = async () => {
      throw new TypeError('another mistake');
    };
    await replayAll();
    expect(await group.replayRequested()).toBe(0);
    const [after] = await flow.consumer.system((tx) => findDeadLetters(tx, event?.id ?? ''));
    expect(before).toMatchObject({ state: 'kept', code: 'ACCOUNT_GONE', attempts: 1, value: after?.value });
    expect(after).toMatchObject({
      state: 'kept',
      code: null,
      reason: 'TypeError: another mistake',
      attempts: 4,
      firstFailedAt: before?.firstFailedAt,
      headers: before?.headers,
    });
    expect(after?.lastFailedAt.getTime()).toBeGreaterThanOrEqual(before?.lastFailedAt.getTime() ?? 0);
    // Asked for once, it is tried once.
    trouble = mended;
    expect(await group.replayRequested()).toBe(0);
    expect(await effectIds()).toEqual([]);
  });

  test('that races with redeliveries has one effect', async () => {
    const group = await flow.group({ handlers });
    const events = await dead(...Array.from({ length: 5 }, () => paymentCompleted(acme)));
    const records = await Promise.all(events.map((event) => bus.record(event)));
    const door = gate();
    trouble = door.pass;
    await replayAll();
    const replayed = group.replayRequested();
    await door.arrived;
    // In the middle of the first replay's transaction.
    await bus.deliver(records);
    door.open();
    await Promise.all([replayed, bus.deliver(records), bus.deliver([...records].reverse())]);
    await eventually(async () => expect(await flow.deadLetters()).toEqual([]));
    await bus.deliver(records);
    expect((await effectIds()).sort()).toEqual(events.map(({ id }) => id).sort());
  });

  test('by two instances of a service has one effect each, and those of one key keep their order', async () => {
    const invoices = [newId(), newId(), newId()];
    const groups = [await flow.group({ handlers }), await flow.group({ handlers })];
    const events = Array.from({ length: 30 }, (_, index) =>
      paymentCompleted(acme, { invoiceId: invoices[index % 3], amount: BigInt(index) }),
    );
    await dead(...events);
    trouble = async (tx) => {
      if (Math.random() < 0.2) await tx.query('select pg_sleep(0.005)');
      // Conflicts come and go.
      if (Math.random() < 0.1) await tx.query("do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
    };
    await replayAll();
    await eventually(async () => {
      await Promise.all(groups.map((group) => group.replayRequested()));
      expect(await flow.deadLetters()).toEqual([]);
    }, 20_000);
    const effects = await flow.effects(acme);
    expect(effects).toHaveLength(30);
    for (const invoice of invoices) {
      const numbers = effects.filter(({ key }) => key === invoice).map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((one, other) => Number(one - other)));
    }
  });

  test('cut short by a crash is done again from the start, and has one effect', async () => {
    const group = await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    let crashes = 0;
    trouble = async (tx) => {
      if (crashes === 3) return;
      crashes += 1;
      // The effect is written and the dead letter is deleted; the connection dies before the commit.
      await tx.query('select pg_terminate_backend(pg_backend_pid())');
    };
    await replayAll();
    await eventually(async () => {
      await group.replayRequested();
      expect(await flow.deadLetters()).toEqual([]);
    });
    expect(crashes).toBe(3);
    expect(await effectIds()).toEqual([event?.id]);
  });

  test('asked for while the service is down happens when it starts', async () => {
    const group = await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    await group.stop();
    trouble = mended;
    await replayAll();
    await flow.group({ handlers });
    await eventually(async () => expect(await effectIds()).toEqual([event?.id]));
  });

  test('that cannot be now stays asked for, holds back those of its key and no others', async () => {
    const group = await flow.group({ handlers });
    const invoiceId = newId();
    const [first, second, other] = await dead(
      paymentCompleted(acme, { invoiceId }),
      paymentCompleted(acme, { invoiceId }),
      paymentCompleted(acme),
    );
    trouble = async (_tx, event) => {
      if (event.id === first?.id) throw unavailable('AWAY', 'away');
    };
    await replayAll();
    await eventually(async () => expect(await effectIds()).toEqual([other?.id]));
    await group.replayRequested();
    expect(await effectIds()).toEqual([other?.id]);
    const { letters } = await flow.consumer.system((tx) => listDeadLetters(tx, { states: ['replay requested'] }, 10));
    expect(letters.map(({ eventId, code }) => [eventId, code])).toEqual([
      [first?.id, 'ACCOUNT_GONE'],
      [second?.id, 'ACCOUNT_GONE'],
    ]);
    trouble = mended;
    await eventually(async () => expect(await effectIds()).toEqual([other?.id, first?.id, second?.id]));
  });

  test('that fails when the dead letter was settled meanwhile is no error any more', async () => {
    const lines: { message: string }[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const group = await flow.group({ handlers, logger: createLogger({ service: 'accounting', destination }) });
    await dead(paymentCompleted(acme));
    const door = gate();
    trouble = async () => {
      await door.pass();
      await broken();
    };
    await replayAll();
    await door.arrived;
    await asSuperuser(async (client) => {
      await client.query('begin');
      // In the queue for the table, so that it comes before the statement that would keep the new error.
      const locked = client.query('lock table dead_letters');
      await eventually(async () => expect(await waitingFor('dead_letters')).toBe(1));
      door.open();
      await locked;
      await client.query('delete from dead_letters');
      await client.query('commit');
    }, flow.consumerName);
    await group.stop();
    expect(lines.map(({ message }) => message)).toEqual(['an event became a dead letter']);
  });

  test('comes to the inbox before the dead letters, as everybody does who locks both', async () => {
    await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    trouble = mended;
    await asSuperuser(async (client) => {
      await client.query('begin');
      await client.query('lock table inbox in share row exclusive mode');
      await replayAll();
      await eventually(async () => expect(await waitingFor('inbox')).toBe(1));
      await client.query('lock table dead_letters in share row exclusive mode nowait');
      await client.query('commit');
    }, flow.consumerName);
    await eventually(async () => expect(await effectIds()).toEqual([event?.id]));
  });

  test('of an event that comes too early waits in the inbox, and of the one it waits for releases it', async () => {
    const group = await flow.group({ handlers });
    const completed = paymentCompleted(acme);
    const refund = paymentRefunded(acme, completed.payload.id);
    await bus.send(completed);
    await bus.send(refund);
    trouble = mended;
    const ofRefund = { ...everything, topic: 'payment_refunded' };
    const requested = await flow.consumer.system((tx) => requestReplay(tx, ofRefund, 10));
    await eventually(async () => {
      await group.replayRequested();
      expect(await flow.consumer.system((tx) => replayOutcomes(tx, requested))).toEqual([
        { ...requested[0], outcome: 'waiting', detail: `payment:${completed.payload.id}` },
      ]);
    });
    await replayAll();
    await eventually(async () => expect(await effectIds()).toEqual([completed.id, refund.id]));
    expect([await flow.waiting(), await flow.deadLetters()]).toEqual([[], []]);
  });

  test('of an event whose inbox row an older release pruned has its effect and can wait', async () => {
    await flow.group({ handlers });
    const completed = paymentCompleted(acme);
    const refund = paymentRefunded(acme, completed.payload.id);
    await bus.send(refund);
    await flow.consumer.tenant(acme, (tx) => tx.query('delete from inbox'));
    trouble = mended;
    await replayAll();
    await eventually(async () => expect(await flow.waiting()).toHaveLength(1));
    await bus.send(refund);
    await bus.send(completed);
    expect(await effectIds()).toEqual([completed.id, refund.id]);
  });
});

describe('a dead letter', () => {
  test('keeps its inbox row for as long as it is kept', async () => {
    await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    await flow.consumer.tenant(acme, (tx) => tx.query("update inbox set received_at = now() - interval '40 days'"));
    expect(await prune(flow.consumer)).toBe(0);
    await bus.send(event ?? paymentCompleted(acme));
    trouble = mended;
    await replayAll();
    await eventually(async () => expect(await flow.deadLetters()).toEqual([]));
    expect(await effectIds()).toEqual([event?.id]);
    expect(await prune(flow.consumer)).toBe(1);
  });

  test('that is discarded stays, with who decided it and why, and is not handled', async () => {
    const group = await flow.group({ handlers });
    const [event] = await dead(paymentCompleted(acme));
    trouble = mended;
    const decision = { limit: 10, by: 'ada', reason: 'booked by hand' };
    const states = ['kept' as const, 'replay requested' as const];
    // What was asked for is taken back before the group looks.
    await group.stop();
    await replayAll();
    expect(await flow.consumer.system((tx) => discard(tx, { states }, decision))).toHaveLength(1);
    await group.start();
    expect(await group.replayRequested()).toBe(0);
    await bus.send(event ?? paymentCompleted(acme));
    expect(await effectIds()).toEqual([]);
    const [letter] = await flow.consumer.system((tx) => findDeadLetters(tx, event?.id ?? ''));
    expect(letter).toMatchObject({ state: 'discarded', discardedBy: 'ada', discardReason: 'booked by hand' });
    // And can be taken back.
    await flow.consumer.system((tx) => requestReplay(tx, { states: ['discarded'] }, 10));
    await eventually(async () => expect(await effectIds()).toEqual([event?.id]));
  });

  test('of another organization is not seen, nor decided about, in the scope of this one', async () => {
    await flow.group({ handlers });
    const globex = newId();
    await dead(paymentCompleted(acme), paymentCompleted(globex));
    const any = { states: ['kept' as const, 'replay requested' as const, 'discarded' as const] };
    await flow.consumer.tenant(globex, async (tx) => {
      const { letters, total } = await listDeadLetters(tx, any, 10);
      expect([total, letters.map(({ organizationId }) => organizationId)]).toEqual([1, [globex]]);
      expect(await requestReplay(tx, { ...any, organizationId: acme }, 10)).toEqual([]);
      expect(await discard(tx, { ...any, organizationId: acme }, { limit: 10, by: 'eve', reason: 'no' })).toEqual([]);
    });
    const { letters } = await flow.consumer.system((tx) => listDeadLetters(tx, any, 10));
    expect(letters.map(({ organizationId, state }) => [organizationId, state])).toEqual([
      [acme, 'kept'],
      [globex, 'kept'],
    ]);
  });

  test('is found by what it is, whose it is, why and when it failed', async () => {
    await flow.group({ handlers });
    const globex = newId();
    const refund = paymentRefunded(acme, newId());
    const [first, foreign] = [paymentCompleted(acme), paymentCompleted(globex)];
    await bus.send(first);
    await bus.send(refund);
    trouble = async () => {
      throw new TypeError('a mistake');
    };
    await bus.send(foreign);
    await flow.consumer.tenant(acme, (tx) =>
      tx.query("update dead_letters set failed_at = '2026-01-01' where event_id = $1", [first.id]),
    );
    const ids = async (filter: object) => {
      const found = await flow.consumer.system((tx) => listDeadLetters(tx, { ...everything, ...filter }, 10));
      return found.letters.map(({ eventId }) => eventId);
    };
    expect(await ids({})).toEqual([first.id, refund.id, foreign.id]);
    expect(await ids({ eventIds: [refund.id, foreign.id] })).toEqual([refund.id, foreign.id]);
    expect(await ids({ topic: 'payment_refunded' })).toEqual([refund.id]);
    expect(await ids({ organizationId: globex })).toEqual([foreign.id]);
    expect(await ids({ reason: 'ACCOUNT_GONE' })).toEqual([first.id, refund.id]);
    expect(await ids({ reason: 'TypeError' })).toEqual([foreign.id]);
    expect(await ids({ since: new Date('2026-06-01') })).toEqual([refund.id, foreign.id]);
    expect(await ids({ group: 'analytics' })).toEqual([]);
    expect(await ids({ states: ['discarded'] })).toEqual([]);
    const bounded = await flow.consumer.system((tx) => listDeadLetters(tx, everything, 2));
    expect([bounded.letters.length, bounded.total]).toEqual([2, 3]);
  });
});
