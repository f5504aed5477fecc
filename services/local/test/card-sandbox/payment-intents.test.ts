import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { type Fixture, startSandbox } from './fixture.ts';

let fixture: Fixture;
let stripe: Stripe;

beforeAll(async () => {
  fixture = await startSandbox();
  stripe = fixture.stripe;
});
afterAll(() => fixture.stop());

const charge = (source: string, options: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 1234,
    currency: 'usd',
    confirm: true,
    ...(source.startsWith('tok_')
      ? { payment_method_data: { type: 'card', card: { token: source } } }
      : { payment_method: source }),
    ...options,
  } as Stripe.PaymentIntentCreateParams);

const refused = async (attempt: Promise<unknown>) => {
  try {
    await attempt;
  } catch (error) {
    return error as Stripe.errors.StripeError;
  }
  throw new Error('was not refused');
};

describe('a payment intent confirmed at once', () => {
  it.each(['tok_visa', 'tok_mastercard', 'tok_amex', 'tok_visa_debit', 'pm_card_visa', 'pm_card_jcb'])(
    'succeeds with %s',
    async (source) => {
      const intent = await charge(source, { metadata: { order: '7' }, expand: ['latest_charge'] });
      expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1234, metadata: { order: '7' } });
      const latest = intent.latest_charge as Stripe.Charge;
      expect(latest).toMatchObject({ status: 'succeeded', paid: true, payment_intent: intent.id, amount: 1234 });
      expect(await stripe.charges.retrieve(latest.id)).toMatchObject({ id: latest.id, captured: true });
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ id: intent.id, status: 'succeeded' });
    },
  );

  it.each([
    ['tok_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['tok_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['tok_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['tok_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['tok_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
    ['tok_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['tok_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['tok_chargeCustomerFail', 'card_declined', 'generic_decline'],
  ])('is refused for %s: %s, %s', async (source, code, declineCode) => {
    const error = await refused(charge(source));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ code, decline_code: declineCode, statusCode: 402 });
    const intent = error.payment_intent as unknown as Stripe.PaymentIntent;
    expect(intent).toMatchObject({ status: 'requires_payment_method', amount_received: 0 });
    expect(intent.last_payment_error).toMatchObject({ code, decline_code: declineCode });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'requires_payment_method' });
  });

  it('waits for its holder when the card asks for 3D Secure, and can be cancelled then', async () => {
    const intent = await charge('pm_card_authenticationRequired');
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    expect(await stripe.paymentIntents.cancel(intent.id)).toMatchObject({ status: 'canceled' });
    const again = await refused(stripe.paymentIntents.confirm(intent.id));
    expect(again).toMatchObject({ code: 'payment_intent_unexpected_state', statusCode: 400 });
  });

  it('is refused instead when it may not wait', async () => {
    const error = await refused(charge('pm_card_authenticationRequired', { error_on_requires_action: true }));
    expect(error).toMatchObject({ type: 'StripeCardError', code: 'authentication_required' });
  });

  it('can stay processing for a while, and then succeed or be declined', async () => {
    for (const [outcome, status] of [
      ['succeeded', 'succeeded'],
      ['declined', 'requires_payment_method'],
    ] as const) {
      fixture.sandbox.control.settleNextSlowly({ outcome, afterMs: 60_000 });
      const intent = await charge('tok_visa');
      expect(intent.status).toBe('processing');
      fixture.clock.advance(60_000);
      let settled = intent;
      while (settled.status === 'processing') settled = await stripe.paymentIntents.retrieve(intent.id);
      expect(settled.status).toBe(status);
    }
  });
});

describe('a payment intent confirmed later', () => {
  it('waits for a payment method and a confirmation', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'eur' });
    expect(intent.status).toBe('requires_payment_method');
    expect(await refused(stripe.paymentIntents.confirm(intent.id))).toMatchObject({ statusCode: 400 });
    const declined = await refused(
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }),
    );
    expect(declined).toMatchObject({ statusCode: 402 });
    const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } });
    expect(method.card).toMatchObject({ brand: 'mastercard', last4: '4444' });
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: method.id });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const uncancellable = await refused(stripe.paymentIntents.cancel(intent.id));
    expect(uncancellable).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['no amount', { amount: undefined }, 'parameter_missing', 'amount'],
    ['amount 0', { amount: 0 }, 'parameter_invalid_integer', 'amount'],
    ['a negative amount', { amount: -5 }, 'parameter_invalid_integer', 'amount'],
    ['a broken amount', { amount: 1.5 }, 'parameter_invalid_integer', 'amount'],
    ['an amount above the limit', { amount: 100_000_000 }, 'amount_too_large', 'amount'],
    ['an unknown currency', { currency: 'zzz' }, undefined, 'currency'],
    ['an unknown parameter', { colour: 'red' }, 'parameter_unknown', 'colour'],
    ['too long metadata', { metadata: { note: 'x'.repeat(501) } }, undefined, 'metadata[note]'],
  ])('%s is an invalid request', async (_, change, code, param) => {
    const error = await refused(charge('tok_visa', change as Partial<Stripe.PaymentIntentCreateParams>));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, param });
    expect(error.code).toBe(code);
  });

  it('an unknown token, payment method or intent is missing', async () => {
    const token = await refused(charge('tok_unheardOf'));
    expect(token).toMatchObject({ code: 'resource_missing', param: 'payment_method_data[card][token]' });
    expect(await refused(charge('pm_unheardOf'))).toMatchObject({ code: 'resource_missing', param: 'payment_method' });
    expect(await refused(stripe.paymentIntents.retrieve('pi_1'))).toMatchObject({ statusCode: 404 });
  });
});

describe('listing', () => {
  it('goes newest first, page by page, narrowed by time', async () => {
    fixture.clock.advance(60_000);
    const from = Math.floor(fixture.clock.now().getTime() / 1000);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await charge('tok_visa')).id);
    const listed: string[] = [];
    for await (const intent of stripe.paymentIntents.list({ limit: 2, created: { gte: from } })) listed.push(intent.id);
    expect(listed).toEqual(ids);
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[4] });
    expect(back.data.map(({ id }) => id)).toEqual([ids[2], ids[3]]);
  });

  it('finds an intent by what is written on it', async () => {
    const intent = await charge('tok_visa', { metadata: { order: 'needle' } });
    const found = await stripe.paymentIntents.search({ query: "metadata['order']:'needle'" });
    expect(found.data.map(({ id }) => id)).toEqual([intent.id]);
    expect((await stripe.paymentIntents.search({ query: "metadata['order']:'hay'" })).data).toEqual([]);
    await expect(stripe.paymentIntents.search({ query: 'amount>5' })).rejects.toMatchObject({ param: 'query' });
  });
});
