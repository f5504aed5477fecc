import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventBus, EventRecord } from '../../src/events/bus.ts';
import { newId } from '../../src/ids.ts';
import { release, waitFor } from '../../src/inbox/consumer-group.ts';
import { appendEvents } from '../../src/outbox/append.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { EventFlow, gate, killConnections, note, paymentCompleted, paymentRefunded, TappedBus } from './event-flow.ts';

/** What an adapter may have under way: deliveries at a time, and records in each. */
const LANES = 4;
const DELIVERY_SIZE = 500;

/**
 * What every adapter of the event bus must do, together with the outbox and the inbox: the same suite for each.
 *
 * @param openBus a bus on which the group "accounting" may consume the payment topics; closed after each test
 */
export function describeBusConformance(name: string, openBus: () => Promise<EventBus>): void {
  describe(`${name} conforms`, () => {
    let bus: TappedBus;
    let flow: EventFlow;
    const acme = newId();

    beforeEach(async () => {
      bus = new TappedBus(await openBus());
      flow = await EventFlow.open(bus);
    });

    afterEach(async () => {
      await flow?.close();
    });

    const payments = (count: number, invoiceId?: string) =>
      Array.from({ length: count }, (_, index) =>
        paymentCompleted(acme, { amount: BigInt(index + 1), ...(invoiceId && { invoiceId }) }),
      );
    const effectIds = async (): Promise<string[]> => (await flow.effects(acme)).map(({ event_id }) => event_id);
    const settled = async (count: number): Promise<void> =>
      eventually(async () => expect(await flow.effects(acme)).toHaveLength(count), 20_000);

    test('an event takes effect after its transaction commits, and not when it does not', async () => {
      await flow.group();
      flow.relay();
      const [kept, lost] = payments(2);
      const failing = flow.producer.tenant(acme, async (tx) => {
        await appendEvents(tx, lost ? [lost] : []);
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      await flow.append(acme, kept ? [kept] : []);
      await settled(1);
      expect(await effectIds()).toEqual([kept?.id]);
    });

    test('a crash between publishing and marking publishes again, and the effect stays one', async () => {
      await flow.group();
      let publications = 0;
      bus.afterPublish = async () => {
        publications += 1;
        // The relay's own connection dies after the bus has the records, before their rows are deleted.
        if (publications === 1) expect(await killConnections(flow.producerName, 'idle in transaction')).toBe(1);
      };
      const relay = flow.relay();
      const events = payments(5);
      await flow.append(acme, events);
      await relay.idle();
      await settled(5);
      expect(publications).toBe(2);
      expect((await effectIds()).sort()).toEqual(events.map(({ id }) => id).sort());
    });

    test('records delivered again, together and at the same time, have one effect', async () => {
      await flow.group();
      const relay = flow.relay();
      const published: EventRecord[] = [];
      bus.onPublish = async (records) => void published.push(...records);
      await flow.append(acme, payments(30));
      await relay.idle();
      await settled(30);
      bus.onPublish = async () => undefined;
      const delivered = new Set<string>();
      let deliveries = 0;
      bus.onDeliver = async (records, deliver) => {
        await deliver(records);
        for (const { headers } of records) delivered.add(headers.id);
        deliveries += records.length;
      };
      await Promise.all([bus.publish(published), bus.publish([...published, ...published])]);
      await eventually(() => expect(deliveries).toBe(90));
      expect(delivered.size).toBe(30);
      expect(await flow.effects(acme)).toHaveLength(30);
    });

    test('events of one key take effect in their order, through failures and redeliveries', async () => {
      let calls = 0;
      await flow.group({
        handlers: {
          payment_completed: async (tx, event) => {
            calls += 1;
            // Conflicts come and go, as they do under load.
            if (calls % 7 === 0) await tx.query("do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
            await note(tx, event);
          },
        },
      });
      const relay = flow.relay();
      const invoices = Array.from({ length: 6 }, () => newId());
      for (let round = 0; round < 20; round += 1) {
        await flow.append(
          acme,
          invoices.map((invoiceId) => paymentCompleted(acme, { invoiceId, amount: BigInt(round) })),
        );
      }
      await relay.idle();
      await settled(120);
      const effects = await flow.effects(acme);
      for (const invoice of invoices) {
        const numbers = effects.filter(({ key }) => key === invoice).map(({ number }) => number);
        expect(numbers).toEqual(Array.from({ length: 20 }, (_, round) => BigInt(round)));
      }
    });

    test('a poison event becomes a dead letter with its bytes, and those behind it go on', async () => {
      const invoiceId = newId();
      const events = payments(9, invoiceId);
      const poison = events[3];
      let calls = 0;
      await flow.group({
        handlers: {
          payment_completed: async (tx, event) => {
            await note(tx, event);
            if (event.id !== poison?.id) return;
            calls += 1;
            throw new TypeError('cannot be booked');
          },
        },
      });
      const records: EventRecord[] = [];
      bus.onPublish = async (published) => void records.push(...published);
      const relay = flow.relay();
      await flow.append(acme, events);
      await relay.idle();
      await settled(8);
      const letters = await eventually(async () => {
        const found = await flow.deadLetters();
        expect(found).toHaveLength(1);
        return found;
      });
      const original = records.find(({ headers }) => headers.id === poison?.id);
      expect(letters[0]).toMatchObject({
        event_id: poison?.id,
        reason: 'TypeError: cannot be booked',
        stack: expect.stringContaining('bus-conformance'),
        attempts: 3,
        value: original?.value,
        headers: { ...original?.headers },
      });
      // Once in the batch that was rolled back, then its three attempts alone.
      expect(calls).toBeLessThanOrEqual(4);
      expect((await flow.effects(acme)).map(({ number }) => number)).toEqual([1n, 2n, 3n, 5n, 6n, 7n, 8n, 9n]);
    });

    test('bytes that are no event become a dead letter, and those behind them go on', async () => {
      await flow.group();
      const relay = flow.relay();
      const invoiceId = newId();
      bus.onPublish = async (records) => {
        const first = records.find(({ headers }) => headers.id === garbled?.id);
        if (first) Object.assign(first, { value: Buffer.from('not an event') });
      };
      const events = payments(3, invoiceId);
      const garbled = events[0];
      await flow.append(acme, events);
      await relay.idle();
      await settled(2);
      const letters = await eventually(async () => {
        const found = await flow.deadLetters();
        expect(found).toHaveLength(1);
        return found;
      });
      expect(letters[0]).toMatchObject({ event_id: garbled?.id, value: Buffer.from('not an event') });
      expect(letters[0]?.reason).toMatch(/^EventFormatError/);
    });

    test('a lost database connection is no poison: the event comes again and takes effect', async () => {
      let kills = 0;
      await flow.group({
        handlers: {
          payment_completed: async (tx, event) => {
            await note(tx, event);
            if (kills < 4) {
              kills += 1;
              await tx.query('select pg_terminate_backend(pg_backend_pid())');
            }
          },
        },
      });
      const relay = flow.relay();
      const events = payments(3);
      await flow.append(acme, events);
      await relay.idle();
      await settled(3);
      expect(kills).toBe(4);
      expect(await flow.deadLetters()).toEqual([]);
      expect((await effectIds()).sort()).toEqual(events.map(({ id }) => id).sort());
    });

    test('a refund that arrives before its payment waits for it, however they race', async () => {
      await flow.group({
        handlers: {
          payment_completed: async (tx, event) => {
            await note(tx, event);
            await release(tx, `payment:${event.payload.id}`);
          },
          payment_refunded: async (tx, event) => {
            const { paymentId } = event.payload;
            const found = await tx.query('select from effects where subject = $1', [paymentId]);
            if (found.length === 0) return waitFor(`payment:${paymentId}`);
            await note(tx, event);
          },
        },
      });
      const relay = flow.relay();
      const early = paymentCompleted(acme);
      await flow.append(acme, [paymentRefunded(acme, early.payload.id)]);
      await eventually(async () => expect(await flow.waiting()).toEqual([{ wait_key: `payment:${early.payload.id}` }]));
      await flow.append(acme, [early]);
      await settled(2);
      const pairs = Array.from({ length: 40 }, () => {
        const completed = paymentCompleted(acme);
        // Other keys, so that nothing but the wait keeps them in order.
        return [{ ...paymentRefunded(acme, completed.payload.id), key: newId() }, completed];
      });
      await Promise.all(pairs.map((pair) => flow.append(acme, pair)));
      await relay.idle();
      await settled(82);
      const effects = await flow.effects(acme);
      for (const completed of [early, ...pairs.map(([, payment]) => payment)]) {
        const topics = effects.filter(({ subject }) => subject === completed?.payload.id).map(({ topic }) => topic);
        expect(topics).toEqual(['payment_completed', 'payment_refunded']);
      }
      expect(await flow.waiting()).toEqual([]);
    });

    test('a consumer slower than its producer bounds what is in memory; nothing is lost, and order stays', async () => {
      let inMemory = 0;
      let most = 0;
      const door = gate();
      bus.onDeliver = async (records, deliver) => {
        inMemory += records.length;
        most = Math.max(most, inMemory);
        await door.pass();
        await deliver(records);
        inMemory -= records.length;
      };
      await flow.group();
      const relay = flow.relay();
      const invoices = Array.from({ length: 20 }, () => newId());
      for (let batch = 0; batch < 8; batch += 1) {
        await flow.append(
          acme,
          Array.from({ length: 500 }, (_, index) =>
            paymentCompleted(acme, { invoiceId: invoices[index % 20], amount: BigInt(batch * 500 + index) }),
          ),
        );
      }
      await door.arrived;
      door.open();
      await relay.idle();
      await settled(4000);
      expect(most).toBeLessThanOrEqual(LANES * DELIVERY_SIZE);
      const effects = await flow.effects(acme);
      for (const invoice of invoices) {
        const numbers = effects.filter(({ key }) => key === invoice).map(({ number }) => number);
        expect(numbers).toEqual([...numbers].sort((one, other) => Number(one - other)));
      }
    });

    test('stopping lets what is in flight commit, and the next start goes on where it ended', async () => {
      const door = gate();
      const slow = {
        payment_completed: async (...[tx, event]: Parameters<typeof note>): Promise<void> => {
          await door.pass();
          await note(tx, event);
        },
      };
      const group = await flow.group({ handlers: slow });
      const relay = flow.relay();
      const events = payments(300);
      await flow.append(acme, events.slice(0, 150));
      await door.arrived;
      const stopped = Promise.all([group.stop(), relay.stop()]);
      door.open();
      await stopped;
      // Whole transactions or nothing: each event marked as received has its effect.
      const received = await flow.consumer.tenant(acme, (tx) => tx.query('select event_id from inbox'));
      expect(received).toHaveLength((await flow.effects(acme)).length);
      await flow.append(acme, events.slice(150));
      await flow.group();
      await flow.relay().idle();
      await settled(300);
      expect((await effectIds()).sort()).toEqual(events.map(({ id }) => id).sort());
    });
  });
}
