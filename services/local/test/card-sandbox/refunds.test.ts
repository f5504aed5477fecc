import { eventually } from '@finflow/chassis/testing/eventually';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Fixture, startSandbox } from './fixture.ts';

let fixture: Fixture;
let stripe: Stripe;

beforeAll(async () => {
  fixture = await startSandbox();
  stripe = fixture.stripe;
});
afterAll(() => fixture.stop());

const paid = (method = 'pm_card_visa') =>
  stripe.paymentIntents.create({ amount: 1000, currency: 'usd', confirm: true, payment_method: method });

describe('a refund', () => {
  it('gives back a part, then the rest, and never more', async () => {
    const intent = await paid();
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 400,
      reason: 'requested_by_customer',
      metadata: { refund_id: 'r1' },
    });
    expect(part).toMatchObject({ status: 'succeeded', amount: 400, metadata: { refund_id: 'r1' } });
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 601 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    const rest = await stripe.refunds.create({ charge: intent.latest_charge as string });
    expect(rest.amount).toBe(600);
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    const charge = await stripe.charges.retrieve(intent.latest_charge as string);
    expect(charge).toMatchObject({ amount_refunded: 1000, refunded: true });
    const listed = await stripe.refunds.list({ payment_intent: intent.id });
    expect(listed.data.map(({ id }) => id)).toEqual([rest.id, part.id]);
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ id: part.id });
  });

  it('raced by others never exceeds the charge', async () => {
    const intent = await paid();
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 300 })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({ amount_refunded: 900 });
  });

  it('is refused for what was not paid, for nothing, and for less than one cent', async () => {
    const unpaid = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    await expect(stripe.refunds.create({ payment_intent: unpaid.id })).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.refunds.create({})).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.refunds.create({ payment_intent: 'pi_none' })).rejects.toMatchObject({ statusCode: 404 });
    const intent = await paid();
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 0 })).rejects.toMatchObject({
      code: 'parameter_invalid_integer',
    });
  });

  it('of the test card for it stays pending and then succeeds', async () => {
    const intent = await paid('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe('pending');
    fixture.clock.advance(1000);
    await eventually(async () => expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded'));
  });

  it('of the test card for it fails afterwards and frees its amount', async () => {
    const intent = await paid('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe('succeeded');
    fixture.clock.advance(1000);
    await eventually(async () =>
      expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'expired_or_canceled_card',
      }),
    );
    expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
  });
});
