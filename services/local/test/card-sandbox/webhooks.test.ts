import { eventually } from '@finflow/chassis/testing/eventually';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { type Fixture, type Receiver, startReceiver, startSandbox, webhookSecret } from './fixture.ts';

let fixture: Fixture;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  fixture = await startSandbox({ webhookUrl: receiver.url });
});
afterEach(async () => {
  await fixture.stop();
  await receiver.close();
});

const pay = () =>
  fixture.stripe.paymentIntents.create({ amount: 900, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' });

const PAID = ['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded'];

describe('webhooks', () => {
  it('are sent signed, once answered, and listed as events', async () => {
    const intent = await pay();
    await eventually(async () => expect(await fixture.sandbox.webhooks.undelivered()).toBe(0));
    expect(receiver.types().sort()).toEqual(PAID);
    const now = fixture.clock.now().getTime();
    for (const { body, signature } of receiver.received) {
      const event = Stripe.webhooks.constructEvent(body, signature, webhookSecret, 300, undefined, now);
      expect(await fixture.stripe.events.retrieve(event.id)).toMatchObject({ id: event.id, type: event.type });
    }
    const succeeded = await fixture.stripe.events.list({ type: 'payment_intent.succeeded' });
    expect(succeeded.data).toHaveLength(1);
    expect(succeeded.data[0]?.data.object).toMatchObject({ id: intent.id, status: 'succeeded' });
    expect((await fixture.stripe.events.list({ types: ['charge.succeeded', 'charge.failed'] })).data).toHaveLength(1);
  });

  it('are sent again, later and later, until they are answered with a 2xx', async () => {
    receiver.answer = 500;
    await pay();
    await eventually(async () => expect(await fixture.attempts()).toBe(3));
    receiver.answer = 302;
    fixture.clock.advance(500);
    await eventually(async () => expect(await fixture.attempts()).toBe(6));
    receiver.answer = 204;
    fixture.clock.advance(999);
    expect(await fixture.sandbox.webhooks.deliverDue()).toBe(false);
    fixture.clock.advance(1);
    await eventually(async () => expect(await fixture.sandbox.webhooks.undelivered()).toBe(0));
    expect(receiver.received.length).toBe(9);
  });

  it('that nobody answers are given up after three days', async () => {
    receiver.answer = 500;
    await pay();
    await eventually(async () => expect(await fixture.attempts()).toBe(3));
    fixture.clock.advance(3 * 24 * 3_600_000 + 1000);
    await eventually(async () => expect(await fixture.attempts()).toBe(6));
    expect(await fixture.sandbox.webhooks.undelivered()).toBe(0);
  });

  it('not delivered when the sandbox dies go out when it is back', async () => {
    receiver.answer = 503;
    const intent = await pay();
    await eventually(async () => expect(await fixture.attempts()).toBe(3));
    fixture = await fixture.restart();
    receiver.answer = 200;
    fixture.clock.advance(1000);
    await eventually(async () => expect(await fixture.sandbox.webhooks.undelivered()).toBe(0));
    expect(await fixture.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' });
  });

  it('wait until somebody listens', async () => {
    let url: string | undefined;
    await fixture.stop();
    fixture = await startSandbox({ webhookUrl: () => url, webhookEvents: ['payment_intent.succeeded'] });
    await pay();
    expect(await fixture.sandbox.webhooks.undelivered()).toBe(1);
    url = receiver.url;
    await eventually(() => expect(receiver.types()).toEqual(['payment_intent.succeeded']));
  });

  it('can be held, and delivered by hand in reverse and twice', async () => {
    fixture.sandbox.control.webhooksHeld = true;
    await pay();
    expect(await fixture.sandbox.webhooks.deliverDue()).toBe(false);
    const attempts = await fixture.sandbox.webhooks.deliverAll('reverse', 1);
    expect(attempts.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const [last, same, ...others] = receiver.types();
    expect([last, same]).toEqual(['payment_intent.succeeded', 'payment_intent.succeeded']);
    expect(others.at(-1)).toBe('payment_intent.created');
  });

  it('can be delayed and doubled', async () => {
    fixture.sandbox.control.webhookDelayMs = 60_000;
    fixture.sandbox.control.webhookDuplicates = 1;
    await pay();
    expect(await fixture.sandbox.webhooks.deliverDue()).toBe(false);
    fixture.clock.advance(60_000);
    await eventually(() => expect(receiver.received.length).toBe(6));
  });
});
