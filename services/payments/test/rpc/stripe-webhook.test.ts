import { eventually } from '@finflow/chassis/testing/eventually';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { createPayment } from '../../src/commands/create-payment.ts';
import { reconcile } from '../../src/commands/reconcile.ts';
import { readWebhook, webhookEventTypes } from '../../src/gateways/stripe-webhooks.ts';
import { stripeWebhook } from '../../src/rpc/stripe-webhook.ts';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';
import { webhookSecret } from '../sandbox.ts';

let fixture: Fixture;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture({ retries: 0 });
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const topics = async () => (await fixture.events(client.organizationId)).map(({ topic }) => topic);
const state = async (id: string) => (await client.getPayment({ id })).payment!;

/** Posts a body as the processor would, signed now unless a signature is given. */
async function post(body: string, signature?: string): Promise<number> {
  const timestamp = Math.floor(fixture.clock.now().getTime() / 1000);
  const header =
    signature ?? Stripe.webhooks.generateTestHeaderString({ payload: body, secret: webhookSecret, timestamp });
  const route = stripeWebhook({ parts: fixture.parts, secret: webhookSecret });
  const { status } = await route.handle({
    headers: { 'stripe-signature': header },
    query: new URLSearchParams(),
    rawBody: Buffer.from(body),
    remoteAddress: '127.0.0.1',
  });
  return status;
}

/** Everything that happened at the processor to this organization's charges, oldest first. */
async function eventsOf(): Promise<Stripe.Event[]> {
  const all = await fixture.sandbox.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
  return all.filter((event) => JSON.stringify(event).includes(client.organizationId)).reverse();
}

const deliver = async (events: readonly Stripe.Event[]) => {
  const answers: number[] = [];
  for (const event of events) answers.push(await post(JSON.stringify(event)));
  return new Set(answers);
};

class Crash extends Error {}

/** A payment whose process died after the processor had decided: only webhooks can tell now. */
async function unheardPayment(source = 'tok_visa'): Promise<string> {
  const parts = fixture.withProcessor((processor) => ({
    charge: async (order) => {
      await processor.charge(order);
      throw new Crash('killed here');
    },
  }));
  const member = fixture.member(client.organizationId);
  const request = { amount: usd(1000n), source, invoiceId: null, description: '', metadata: {}, key: undefined };
  await expect(createPayment(parts, member, request)).rejects.toThrow(Crash);
  const [payment] = (await client.listPayments({})).payments;
  expect(payment!.status).toBe(PaymentStatus.PENDING);
  return payment!.id;
}

describe('a webhook', () => {
  it.each([
    ['in order', (events: Stripe.Event[]) => events],
    ['in reverse', (events: Stripe.Event[]) => [...events].reverse()],
    ['each of them three times', (events: Stripe.Event[]) => events.flatMap((event) => [event, event, event])],
    ['all of them, and all of them again', (events: Stripe.Event[]) => [...events, ...events]],
  ])('tells of a charge we did not hear of; delivered %s, they complete it once', async (_, arrange) => {
    const id = await unheardPayment();
    expect(await deliver(arrange(await eventsOf()))).toEqual(new Set([200]));
    expect(await state(id)).toMatchObject({
      status: PaymentStatus.COMPLETED,
      processorId: expect.stringMatching(/^pi_/),
      cardBrand: 'visa',
      cardLast4: '4242',
    });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('is applied once when deliveries of it race each other, the reconciliation and the request', async () => {
    const id = await unheardPayment();
    const events = await eventsOf();
    fixture.clock.advance(1_000);
    await Promise.all([
      ...events.flatMap((event) => [post(JSON.stringify(event)), post(JSON.stringify(event))]),
      reconcile(fixture.parts),
    ]);
    expect((await state(id)).status).toBe(PaymentStatus.COMPLETED);
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('tells of a refusal, with its reason', async () => {
    const id = await unheardPayment('tok_chargeDeclinedInsufficientFunds');
    await deliver(await eventsOf());
    expect(await state(id)).toMatchObject({
      status: PaymentStatus.FAILED,
      failureCode: 'insufficient_funds',
      cardLast4: '9995',
    });
    expect(await topics()).toEqual(['payment_failed']);
  });

  it('changes nothing about what the reply told already', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await client.refundPayment({ paymentId: payment!.id });
    const before = await state(payment!.id);
    expect(await deliver(await eventsOf())).toEqual(new Set([200]));
    expect(await state(payment!.id)).toEqual(before);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('tells that a payment given up was paid after all', async () => {
    const id = await unheardPayment();
    await fixture.rows(
      `update payments set status = 'FAILED', source = null, failure_code = 'processor_never_answered' where id = $1`,
      [id],
    );
    await deliver(await eventsOf());
    expect(await state(id)).toMatchObject({ status: PaymentStatus.COMPLETED, failureCode: '' });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('tells of a refund that was pending at the bank', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'pm_card_pendingRefund' });
    const { refund } = await client.refundPayment({ paymentId: payment!.id, amount: usd(400n) });
    expect(refund?.status).toBe(RefundStatus.PENDING);
    const processorId = refund!.processorId;
    await eventually(async () => {
      expect((await fixture.sandbox.stripe.refunds.retrieve(processorId)).status).toBe('succeeded');
    });
    await deliver(await eventsOf());
    expect(await state(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(400n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('tells of a refund made in the processor’s own dashboard', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId, amount: 250 });
    const [created] = (await fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    expect(await deliver([created!, created!])).toEqual(new Set([200]));
    expect(await state(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(250n),
    });
    const { refunds } = await client.listRefunds({ paymentId: payment!.id });
    expect(refunds).toMatchObject([{ userId: '', amount: usd(250n), status: RefundStatus.COMPLETED }]);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('of a refund that is ahead of its payment is asked for again later', async () => {
    const id = await unheardPayment();
    const [intent] = (await fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    await fixture.sandbox.stripe.refunds.create({ payment_intent: intent!.id });
    const events = (await fixture.sandbox.stripe.events.list({ limit: 20 })).data;
    const refunded = events.find(({ type }) => type === 'refund.created')!;
    const paid = events.find(({ type }) => type === 'payment_intent.succeeded')!;
    expect(await deliver([refunded])).toEqual(new Set([503]));
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    expect(await deliver([paid, refunded])).toEqual(new Set([200]));
    expect(await state(id)).toMatchObject({ status: PaymentStatus.REFUNDED, amountRefunded: usd(1000n) });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('that a completed refund came back leaves the books as they are, and is noted', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'pm_card_refundFail' });
    const { refund } = await client.refundPayment({ paymentId: payment!.id });
    expect(refund?.status).toBe(RefundStatus.COMPLETED);
    await eventually(async () => {
      expect((await fixture.sandbox.stripe.refunds.retrieve(refund!.processorId)).status).toBe('failed');
    });
    await deliver(await eventsOf());
    expect((await state(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
    const [row] = await fixture.rows('select returned_at is not null as returned from refunds where id = $1', [
      refund!.id,
    ]);
    expect(row).toEqual({ returned: true });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });
});

describe('the list of event types to ask Stripe for', () => {
  it('has each that says something to us, and no other', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await client.refundPayment({ paymentId: payment!.id });
    const events = await eventsOf();
    const types = new Set(events.map(({ type }) => type));
    expect([...types].sort()).toEqual(
      expect.arrayContaining(['charge.refunded', 'charge.succeeded', 'payment_intent.created', 'refund.created']),
    );
    for (const event of events) {
      const payload = JSON.stringify(event);
      const timestamp = Math.floor(fixture.clock.now().getTime() / 1000);
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
      const notice = readWebhook(Buffer.from(payload), signature, webhookSecret, fixture.clock.now());
      expect(notice !== undefined).toBe((webhookEventTypes as readonly string[]).includes(event.type));
    }
  });
});

describe('a webhook that nobody should believe', () => {
  const paid = async () => {
    const id = await unheardPayment();
    const event = (await eventsOf()).find(({ type }) => type === 'payment_intent.succeeded')!;
    return { id, event, body: JSON.stringify(event) };
  };
  const signed = (payload: string, timestamp: number, secret = webhookSecret) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

  it('is refused when it is not signed, signed by somebody else, altered or too old', async () => {
    const { id, body } = await paid();
    const now = Math.floor(fixture.clock.now().getTime() / 1000);
    expect(await post(body, '')).toBe(400);
    expect(await post(body, 't=1,v1=00')).toBe(400);
    expect(await post(body, signed(body, now, 'whsec_other'))).toBe(400);
    expect(await post(body.replace('"amount":1000', '"amount":1'), signed(body, now))).toBe(400);
    expect(await post(body, signed(body, now - 301))).toBe(400);
    expect(await post('', signed('', now))).toBe(400);
    expect(await post('not json', signed('not json', now))).toBe(400);
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    expect(await post(body, signed(body, now - 299))).toBe(200);
    expect((await state(id)).status).toBe(PaymentStatus.COMPLETED);
  });

  it('moves no payment of another amount, currency, charge or organization, whatever is written on it', async () => {
    const { id, event } = await paid();
    const [other] = (await fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    const stranger = await fixture.client();
    const object = event.data.object as Stripe.PaymentIntent;
    const changed = (change: object, at = 1) =>
      ({ ...event, id: `evt_forged${at}`, data: { object: { ...object, ...change } } }) as Stripe.Event;
    await deliver([
      changed({ amount: 1 }, 1),
      changed({ currency: 'eur' }, 2),
      changed({ metadata: { ...object.metadata, finflow_organization_id: stranger.organizationId } }, 3),
      changed({ metadata: {} }, 4),
      changed({ metadata: { ...object.metadata, finflow_payment_id: "' or 1=1" } }, 5),
    ]);
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    await deliver([event]);
    const done = await state(id);
    await deliver([changed({ id: 'pi_other', status: 'canceled' }, 6)]);
    expect(await state(id)).toEqual(done);
    expect(other!.id).toBe(done.processorId);
  });

  it('is passed over when it means nothing to us', async () => {
    const event = { id: 'evt_1', object: 'event', type: 'customer.created', data: { object: { id: 'cus_1' } } };
    expect(await post(JSON.stringify(event))).toBe(200);
    const foreign = await fixture.sandbox.stripe.paymentIntents.create({
      amount: 1,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: foreign.id });
    expect(await deliver((await fixture.sandbox.stripe.events.list({ limit: 6 })).data)).toEqual(new Set([200]));
  });

  it('is asked for again when the database or the processor is away', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId });
    const [created] = (await fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    await fixture.sandbox.control('faults', { kind: 'error', method: 'GET', path: '/v1/payment_intents', count: 1 });
    expect(await deliver([created!])).toEqual(new Set([503]));
    expect(await deliver([created!])).toEqual(new Set([200]));
    expect((await state(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
  });
});
