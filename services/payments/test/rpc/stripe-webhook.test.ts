import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { reconcile } from '../../src/commands/reconcile.ts';
import { readWebhook, webhookEventTypes } from '../../src/gateways/stripe-webhooks.ts';
import { webhookSecret } from '../sandbox.ts';
import { webhookScene } from '../webhooks.ts';

const scene = webhookScene();
const { processorEvents, payment: paymentOf, topics, unheard } = scene;
const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

describe('a webhook', () => {
  it.each([
    ['in order', (events: Stripe.Event[]) => events],
    ['in reverse', (events: Stripe.Event[]) => [...events].reverse()],
    ['each of them three times', (events: Stripe.Event[]) => events.flatMap((event) => [event, event, event])],
    ['all of them, and all of them again', (events: Stripe.Event[]) => [...events, ...events]],
  ])('tells of a charge we did not hear of; delivered %s, they complete it once', async (_, arrange) => {
    const id = await unheard();
    expect(await scene.webhooks.deliver(arrange(await processorEvents()))).toEqual(new Set([200]));
    expect(await paymentOf(id)).toMatchObject({
      status: PaymentStatus.COMPLETED,
      processorId: expect.stringMatching(/^pi_/),
      cardBrand: 'visa',
      cardLast4: '4242',
    });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('is applied once when deliveries of it race each other, the reconciliation and the request', async () => {
    const id = await unheard();
    const events = await processorEvents();
    scene.fixture.clock.advance(1_000);
    await Promise.all([
      ...events.flatMap((event) => [
        scene.webhooks.post(JSON.stringify(event)),
        scene.webhooks.post(JSON.stringify(event)),
      ]),
      reconcile(scene.fixture.parts),
    ]);
    expect((await paymentOf(id)).status).toBe(PaymentStatus.COMPLETED);
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('tells of a refusal, with its reason', async () => {
    const id = await unheard('tok_chargeDeclinedInsufficientFunds');
    await scene.webhooks.deliver(await processorEvents());
    expect(await paymentOf(id)).toMatchObject({
      status: PaymentStatus.FAILED,
      failureCode: 'insufficient_funds',
      cardLast4: '9995',
    });
    expect(await topics()).toEqual(['payment_failed']);
  });

  it('changes nothing about what the reply told already', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await scene.client.refundPayment({ paymentId: payment!.id });
    const before = await paymentOf(payment!.id);
    expect(await scene.webhooks.deliver(await processorEvents())).toEqual(new Set([200]));
    expect(await paymentOf(payment!.id)).toEqual(before);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('of a charge under way is not overruled by a search that missed it', async () => {
    await scene.fixture.sandbox.control('settlements', { outcome: 'succeeded', after_ms: 600_000 });
    const id = await unheard();
    scene.fixture.clock.advance(24 * 3_600_000);
    const overtaken = scene.fixture.withProcessor(() => ({
      findCharge: async () => {
        await scene.webhooks.deliver(await processorEvents());
        return undefined;
      },
    }));
    await reconcile(overtaken);
    await scene.signInAgain();
    expect(await paymentOf(id)).toMatchObject({
      status: PaymentStatus.PROCESSING,
      processorId: expect.stringMatching(/^pi_/),
    });
    expect(await topics()).toEqual([]);
  });

  it('tells that a payment given up was paid after all', async () => {
    const id = await unheard();
    await scene.fixture.rows(
      `update payments set status = 'FAILED', source = null, failure_code = 'processor_never_answered' where id = $1`,
      [id],
    );
    await scene.webhooks.deliver(await processorEvents());
    expect(await paymentOf(id)).toMatchObject({ status: PaymentStatus.COMPLETED, failureCode: '' });
    expect(await topics()).toEqual(['payment_completed']);
  });
});

describe('the list of event types to ask Stripe for', () => {
  it('has each that says something to us, and no other', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await scene.client.refundPayment({ paymentId: payment!.id });
    const events = await processorEvents();
    const types = new Set(events.map(({ type }) => type));
    expect([...types].sort()).toEqual(
      expect.arrayContaining(['charge.refunded', 'charge.succeeded', 'payment_intent.created', 'refund.created']),
    );
    for (const event of events) {
      const payload = JSON.stringify(event);
      const timestamp = Math.floor(scene.fixture.clock.now().getTime() / 1000);
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
      const notice = readWebhook(Buffer.from(payload), signature, webhookSecret, scene.fixture.clock.now());
      expect(notice !== undefined).toBe((webhookEventTypes as readonly string[]).includes(event.type));
    }
  });
});

describe('a webhook that nobody should believe', () => {
  const paid = async () => {
    const id = await unheard();
    const event = (await processorEvents()).find(({ type }) => type === 'payment_intent.succeeded')!;
    return { id, event, body: JSON.stringify(event) };
  };
  const signed = (payload: string, timestamp: number, secret = webhookSecret) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

  it('is refused when it is not signed, signed by somebody else, altered or too old', async () => {
    const { id, body } = await paid();
    const now = Math.floor(scene.fixture.clock.now().getTime() / 1000);
    expect(await scene.webhooks.post(body, '')).toBe(400);
    expect(await scene.webhooks.post(body, 't=1,v1=00')).toBe(400);
    expect(await scene.webhooks.post(body, signed(body, now, 'whsec_other'))).toBe(400);
    expect(await scene.webhooks.post(body.replace('"amount":1000', '"amount":1'), signed(body, now))).toBe(400);
    expect(await scene.webhooks.post(body, signed(body, now - 301))).toBe(400);
    expect(await scene.webhooks.post('', signed('', now))).toBe(400);
    expect(await scene.webhooks.post('not json', signed('not json', now))).toBe(400);
    expect((await paymentOf(id)).status).toBe(PaymentStatus.PENDING);
    expect(await scene.webhooks.post(body, signed(body, now - 299))).toBe(200);
    expect((await paymentOf(id)).status).toBe(PaymentStatus.COMPLETED);
  });

  it('moves no payment of another amount, currency, charge or organization, whatever is written on it', async () => {
    const { id, event } = await paid();
    const [other] = (await scene.fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    const stranger = await scene.fixture.client();
    const object = event.data.object as Stripe.PaymentIntent;
    const changed = (change: object, at = 1) =>
      ({ ...event, id: `evt_forged${at}`, data: { object: { ...object, ...change } } }) as Stripe.Event;
    await scene.webhooks.deliver([
      changed({ amount: 1 }, 1),
      changed({ currency: 'eur' }, 2),
      changed({ metadata: { ...object.metadata, finflow_organization_id: stranger.organizationId } }, 3),
      changed({ metadata: {} }, 4),
      changed({ metadata: { ...object.metadata, finflow_payment_id: "' or 1=1" } }, 5),
    ]);
    expect((await paymentOf(id)).status).toBe(PaymentStatus.PENDING);
    await scene.webhooks.deliver([event]);
    const done = await paymentOf(id);
    await scene.webhooks.deliver([changed({ id: 'pi_other', status: 'canceled' }, 6)]);
    expect(await paymentOf(id)).toEqual(done);
    expect(other!.id).toBe(done.processorId);
  });

  it('is passed over when it means nothing to us', async () => {
    const event = { id: 'evt_1', object: 'event', type: 'customer.created', data: { object: { id: 'cus_1' } } };
    expect(await scene.webhooks.post(JSON.stringify(event))).toBe(200);
    const foreign = await scene.fixture.sandbox.stripe.paymentIntents.create({
      amount: 1,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    await scene.fixture.sandbox.stripe.refunds.create({ payment_intent: foreign.id });
    expect(await scene.webhooks.deliver((await scene.fixture.sandbox.stripe.events.list({ limit: 6 })).data)).toEqual(
      new Set([200]),
    );
  });

  it('is asked for again when the database or the processor is away', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await scene.fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId });
    const [created] = (await scene.fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    await scene.fixture.sandbox.control('faults', {
      kind: 'error',
      method: 'GET',
      path: '/v1/payment_intents',
      count: 1,
    });
    expect(await scene.webhooks.deliver([created!])).toEqual(new Set([503]));
    expect(await scene.webhooks.deliver([created!])).toEqual(new Set([200]));
    expect((await paymentOf(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
  });
});
