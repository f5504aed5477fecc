import type { Member } from '@finflow/chassis/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPayment } from '../../src/commands/create-payment.ts';
import { reconcile } from '../../src/commands/reconcile.ts';
import { refundPayment } from '../../src/commands/refund-payment.ts';
import type { PaymentsParts } from '../../src/parts.ts';
import { type Fixture, startFixture } from '../fixture.ts';

// A crash is an error of a kind that no code handles, thrown where the process could have died.
class Crash extends Error {}
const crash = (): never => {
  throw new Crash('killed here');
};

let fixture: Fixture;
let member: Member;

beforeAll(async () => {
  fixture = await startFixture();
  // The database as it dies: a trigger that stops the transaction in which an event is written.
  await fixture.rows(`create function die() returns trigger language plpgsql as $$
    begin
      if new.organization_id::text = current_setting('finflow.test_die_for', true) then raise exception 'killed here'; end if;
      return new;
    end $$`);
  await fixture.rows('create trigger die before insert on outbox for each row execute function die()');
});
afterAll(() => fixture.stop());
beforeEach(() => {
  member = fixture.member();
});

const key = (requestId: string) => ({ method: 'test', requestId, bodyHash: Buffer.from(requestId) });
const request = () => ({
  amount: { currencyCode: 'USD', amountMinor: 600n },
  source: 'tok_visa',
  invoiceId: null,
  description: '',
  metadata: {},
  key: key('charge'),
});

async function intents() {
  const query = `metadata['finflow_organization_id']:'${member.organizationId}'`;
  return (await fixture.sandbox.stripe.paymentIntents.search({ query, limit: 100 })).data;
}
const statuses = async (table: 'payments' | 'refunds') =>
  (
    await fixture.rows<{ status: string }>(`select status from ${table} where organization_id = $1`, [
      member.organizationId,
    ])
  ).map(({ status }) => status);
const topics = async () => (await fixture.events(member.organizationId)).map(({ topic }) => topic);

/** The transaction that records the processor's answer is cut off at its last statement. */
async function whileEventsCannotBeWritten(work: () => Promise<unknown>): Promise<void> {
  const { name } = fixture.database;
  await fixture.rows(`alter database "${name}" set finflow.test_die_for = '${member.organizationId}'`);
  await fixture.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
    [name],
  );
  await poolIsWhole();
  await expect(work()).rejects.toThrow('killed here');
  await fixture.rows(`alter database "${name}" reset finflow.test_die_for`);
  await fixture.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
    [name],
  );
  await poolIsWhole();
}

/** Resolves when no connection of the pool is one of those just ended: the pool learns of it a moment later. */
async function poolIsWhole(): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const pings = await Promise.allSettled(Array.from({ length: 20 }, () => fixture.parts.database.ping()));
    if (pings.every(({ status }) => status === 'fulfilled')) return;
  }
  throw new Error('The pool kept giving out ended connections.');
}

const afterwards: [string, (parts: PaymentsParts) => Promise<unknown>][] = [
  [
    'the reconciliation',
    async (parts) => {
      fixture.clock.advance(1_000);
      expect(await reconcile(parts)).toBe(1);
    },
  ],
  ['the same request', (parts) => createPayment(parts, member, request())],
  [
    'both at once',
    async (parts) => {
      fixture.clock.advance(1_000);
      await Promise.all([reconcile(parts), createPayment(parts, member, request())]);
    },
  ],
];

describe.each(afterwards)(
  'a payment killed on its way and finished by %s is charged once, with one event,',
  (_, finish) => {
    const crashes: [string, () => Promise<unknown>, number][] = [
      [
        'when it died before it asked the processor',
        () =>
          expect(
            createPayment(
              fixture.withProcessor(() => ({ charge: crash })),
              member,
              request(),
            ),
          ).rejects.toThrow(Crash),
        0,
      ],
      [
        'when it died after the processor had charged',
        () => {
          const parts = fixture.withProcessor((processor) => ({
            charge: (order) => processor.charge(order).then(crash),
          }));
          return expect(createPayment(parts, member, request())).rejects.toThrow(Crash);
        },
        1,
      ],
      [
        'when the database died while the answer was being recorded',
        () => whileEventsCannotBeWritten(() => createPayment(fixture.parts, member, request())),
        1,
      ],
    ];

    it.each(crashes)('%s', async (_when, die, charged) => {
      await die();
      expect(await statuses('payments')).toEqual(['PENDING']);
      expect(await intents()).toHaveLength(charged);
      expect(await topics()).toEqual([]);
      await finish(fixture.parts);
      expect(await statuses('payments')).toEqual(['COMPLETED']);
      expect(await intents()).toHaveLength(1);
      expect(await topics()).toEqual(['payment_completed']);
      expect(await reconcile(fixture.parts)).toBe(0);
    });
  },
);

describe('a payment that was recorded before its process died', () => {
  it('is answered again from what was recorded', async () => {
    const first = await createPayment(fixture.parts, member, request());
    const second = await createPayment(
      fixture.withProcessor(() => ({ charge: crash })),
      member,
      request(),
    );
    expect(second).toEqual(first);
  });
});

describe('a refund killed on its way is given back once, with one event,', () => {
  const refund = (paymentId: string) => ({ paymentId, amount: undefined, reason: '', key: key('refund') });
  const crashes: [string, (paymentId: string) => Promise<unknown>, number][] = [
    [
      'when it died before it asked the processor',
      (id) =>
        expect(
          refundPayment(
            fixture.withProcessor(() => ({ refund: crash })),
            member,
            refund(id),
          ),
        ).rejects.toThrow(Crash),
      0,
    ],
    [
      'when it died after the processor had given it back',
      (id) => {
        const parts = fixture.withProcessor((processor) => ({
          refund: (order) => processor.refund(order).then(crash),
        }));
        return expect(refundPayment(parts, member, refund(id))).rejects.toThrow(Crash);
      },
      1,
    ],
    [
      'when the database died while the answer was being recorded',
      (id) => whileEventsCannotBeWritten(() => refundPayment(fixture.parts, member, refund(id))),
      1,
    ],
  ];

  it.each(crashes)('%s', async (_when, die, givenBack) => {
    const payment = await createPayment(fixture.parts, member, request());
    const refunds = async () =>
      (await fixture.sandbox.stripe.refunds.list({ payment_intent: payment.processorId! })).data.length;
    await die(payment.id);
    expect(await statuses('refunds')).toEqual(['PENDING']);
    expect(await refunds()).toBe(givenBack);
    fixture.clock.advance(1_000);
    const [settled, again] = await Promise.all([
      reconcile(fixture.parts),
      refundPayment(fixture.parts, member, refund(payment.id)),
    ]);
    expect(settled).toBe(1);
    expect(again.payment.status).toBe('REFUNDED');
    expect(await statuses('refunds')).toEqual(['COMPLETED']);
    expect(await refunds()).toBe(1);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });
});
