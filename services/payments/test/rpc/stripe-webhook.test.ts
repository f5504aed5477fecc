import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { reconcile } from '../../src/commands/reconcile.ts';
import { readWebhook, webhookEventTypes } from '../../src/gateways/stripe-webhooks.ts';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';
import { webhookSecret } from '../sandbox.ts';
import { unheardPayment, type Webhooks, webhooksOf } from '../webhooks.ts';

let fixture: Fixture;
let webhooks: Webhooks;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture({ retries: 0 });
  webhooks = webhooksOf(fixture);
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const topics = async () => (await fixture.events(client.organizationId)).map(({ topic }) => topic);
const state = async (id: string) => (await client.getPayment({ id })).payment!;
const eventsOf = () => webhooks.eventsOf(client.organizationId);
const unheard = (source?: string) => unheardPayment(fixture, client.organizationId, source);

describe('a webhook', () => {
  it.each([
    ['in order', (events: Stripe.Event[]) => events],
    ['in reverse', (events: Stripe.Event[]) => [...events].reverse()],
    ['each of them three times', (events: Stripe.Event[]) => events.flatMap((event) => [event, event, event])],
    ['all of them, and all of them again', (events: Stripe.Event[]) => [...events, ...events]],
  ])('tells of a charge we did not hear of; delivered %s, they complete it once', async (_, arrange) => {
    const id = await unheard();
    expect(await webhooks.deliver(arrange(await eventsOf()))).toEqual(new Set([200]));
    expect(await state(id)).toMatchObject({
      status: PaymentStatus.COMPLETED,
      processorId: expect.stringMatching(/^pi_/),
      cardBrand: 'visa',
      cardLast4: '4242',
    });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('is applied once when deliveries of it race each other, the reconciliation and the request', async () => {
    const id = await unheard();
    const events = await eventsOf();
    fixture.clock.advance(1_000);
    await Promise.all([
      ...events.flatMap((event) => [webhooks.post(JSON.stringify(event)), webhooks.post(JSON.stringify(event))]),
      reconcile(fixture.parts),
    ]);
    expect((await state(id)).status).toBe(PaymentStatus.COMPLETED);
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('tells of a refusal, with its reason', async () => {
    const id = await unheard('tok_chargeDeclinedInsufficientFunds');
    await webhooks.deliver(await eventsOf());
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
    expect(await webhooks.deliver(await eventsOf())).toEqual(new Set([200]));
    expect(await state(payment!.id)).toEqual(before);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('tells that a payment given up was paid after all', async () => {
    const id = await unheard();
    await fixture.rows(
      `update payments set status = 'FAILED', source = null, failure_code = 'processor_never_answered' where id = $1`,
      [id],
    );
    await webhooks.deliver(await eventsOf());
    expect(await state(id)).toMatchObject({ status: PaymentStatus.COMPLETED, failureCode: '' });
    expect(await topics()).toEqual(['payment_completed']);
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
    const id = await unheard();
    const event = (await eventsOf()).find(({ type }) => type === 'payment_intent.succeeded')!;
    return { id, event, body: JSON.stringify(event) };
  };
  const signed = (payload: string, timestamp: number, secret = webhookSecret) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

  it('is refused when it is not signed, signed by somebody else, altered or too old', async () => {
    const { id, body } = await paid();
    const now = Math.floor(fixture.clock.now().getTime() / 1000);
    expect(await webhooks.post(body, '')).toBe(400);
    expect(await webhooks.post(body, 't=1,v1=00')).toBe(400);
    expect(await webhooks.post(body, signed(body, now, 'whsec_other'))).toBe(400);
    expect(await webhooks.post(body.replace('"amount":1000', '"amount":1'), signed(body, now))).toBe(400);
    expect(await webhooks.post(body, signed(body, now - 301))).toBe(400);
    expect(await webhooks.post('', signed('', now))).toBe(400);
    expect(await webhooks.post('not json', signed('not json', now))).toBe(400);
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    expect(await webhooks.post(body, signed(body, now - 299))).toBe(200);
    expect((await state(id)).status).toBe(PaymentStatus.COMPLETED);
  });

  it('moves no payment of another amount, currency, charge or organization, whatever is written on it', async () => {
    const { id, event } = await paid();
    const [other] = (await fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    const stranger = await fixture.client();
    const object = event.data.object as Stripe.PaymentIntent;
    const changed = (change: object, at = 1) =>
      ({ ...event, id: `evt_forged${at}`, data: { object: { ...object, ...change } } }) as Stripe.Event;
    await webhooks.deliver([
      changed({ amount: 1 }, 1),
      changed({ currency: 'eur' }, 2),
      changed({ metadata: { ...object.metadata, finflow_organization_id: stranger.organizationId } }, 3),
      changed({ metadata: {} }, 4),
      changed({ metadata: { ...object.metadata, finflow_payment_id: "' or 1=1" } }, 5),
    ]);
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    await webhooks.deliver([event]);
    const done = await state(id);
    await webhooks.deliver([changed({ id: 'pi_other', status: 'canceled' }, 6)]);
    expect(await state(id)).toEqual(done);
    expect(other!.id).toBe(done.processorId);
  });

  it('is passed over when it means nothing to us', async () => {
    const event = { id: 'evt_1', object: 'event', type: 'customer.created', data: { object: { id: 'cus_1' } } };
    expect(await webhooks.post(JSON.stringify(event))).toBe(200);
    const foreign = await fixture.sandbox.stripe.paymentIntents.create({
      amount: 1,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: foreign.id });
    expect(await webhooks.deliver((await fixture.sandbox.stripe.events.list({ limit: 6 })).data)).toEqual(
      new Set([200]),
    );
  });

  it('is asked for again when the database or the processor is away', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId });
    const [created] = (await fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    await fixture.sandbox.control('faults', { kind: 'error', method: 'GET', path: '/v1/payment_intents', count: 1 });
    expect(await webhooks.deliver([created!])).toEqual(new Set([503]));
    expect(await webhooks.deliver([created!])).toEqual(new Set([200]));
    expect((await state(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
  });
});
