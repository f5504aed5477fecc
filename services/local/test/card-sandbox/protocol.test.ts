import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Fixture, sdk, secretKey, startSandbox } from './fixture.ts';

let fixture: Fixture;
let stripe: Stripe;

beforeAll(async () => {
  fixture = await startSandbox();
  stripe = fixture.stripe;
});
afterAll(() => fixture.stop());

const order = { amount: 700, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' } as const;
const port = () => Number(new URL(fixture.url).port);
const intents = async () => (await stripe.paymentIntents.list({ limit: 100 })).data.length;

describe('keys', () => {
  it('lets in the secret key alone', async () => {
    await expect(sdk(port(), 'sk_test_other').paymentIntents.list()).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
    });
    expect((await fetch(`${fixture.url}/v1/charges`)).status).toBe(401);
    const basic = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
    expect((await fetch(`${fixture.url}/v1/charges`, { headers: { authorization: basic } })).status).toBe(200);
  });

  it('lets the publishable key make tokens and nothing else', async () => {
    const browser = sdk(port(), fixture.sandbox.publishableKey);
    const card = { number: '4242 4242 4242 4242', exp_month: '12', exp_year: '2030', cvc: '123' };
    expect((await browser.tokens.create({ card })).id).toMatch(/^tok_/);
    await expect(browser.paymentIntents.create(order)).rejects.toMatchObject({ statusCode: 401 });
    await expect(browser.refunds.list()).rejects.toMatchObject({ statusCode: 401 });
  });

  it('answers a browser of another origin', async () => {
    const preflight = await fetch(`${fixture.url}/v1/tokens`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('card tokens', () => {
  const token = (change: Partial<Stripe.TokenCreateParams.Card>) =>
    stripe.tokens.create({
      card: { number: '4242424242424242', exp_month: '12', exp_year: '2030', cvc: '123', ...change },
    });

  it('stand for the card once, and never show its number', async () => {
    const made = await token({ number: '4000000000009995' });
    expect(made.card).toMatchObject({ brand: 'visa', last4: '9995' });
    expect(JSON.stringify(made)).not.toContain('4000000000009995');
    const pay = () =>
      stripe.paymentIntents.create({
        amount: 700,
        currency: 'usd',
        confirm: true,
        payment_method_data: { type: 'card', card: { token: made.id } },
      } as unknown as Stripe.PaymentIntentCreateParams);
    await expect(pay()).rejects.toMatchObject({ decline_code: 'insufficient_funds' });
    await expect(pay()).rejects.toMatchObject({ code: 'token_already_used' });
    expect(await stripe.tokens.retrieve(made.id)).toMatchObject({ used: true });
  });

  it.each([
    [{ number: '4242424242424241' }, 'incorrect_number'],
    [{ number: 'abc' }, 'incorrect_number'],
    [{ exp_month: '13' }, 'invalid_expiry_month'],
    [{ exp_year: '2020' }, 'invalid_expiry_year'],
    [{ exp_month: '2', exp_year: '26' }, 'invalid_expiry_year'],
    [{ cvc: '12' }, 'invalid_cvc'],
    [{ number: '4111111111111111' }, 'card_declined'],
  ])('refuse %j: %s', async (change, code) => {
    await expect(token(change)).rejects.toMatchObject({ type: 'StripeCardError', code });
  });
});

describe('idempotency keys', () => {
  it('replay the first answer, whatever the order of parameters', async () => {
    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'replay' });
    const before = await intents();
    const { payment_method, ...rest } = order;
    const second = await stripe.paymentIntents.create({ payment_method, ...rest }, { idempotencyKey: 'replay' });
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(await intents()).toBe(before);
  });

  it('replay a decline too', async () => {
    const declined = { ...order, payment_method: 'pm_card_chargeDeclined' };
    const attempt = () => stripe.paymentIntents.create(declined, { idempotencyKey: 'declined' }).catch((e) => e);
    const first = await attempt();
    expect(await attempt()).toMatchObject({ code: 'card_declined', payment_intent: { id: first.payment_intent.id } });
  });

  it('are refused with other parameters', async () => {
    await stripe.paymentIntents.create(order, { idempotencyKey: 'reused' });
    const other = stripe.paymentIntents.create({ ...order, amount: 701 }, { idempotencyKey: 'reused' });
    await expect(other).rejects.toMatchObject({ type: 'StripeIdempotencyError' });
  });

  it('do not keep what was refused as invalid', async () => {
    const invalid = stripe.paymentIntents.create({ ...order, amount: 0 }, { idempotencyKey: 'invalid' });
    await expect(invalid).rejects.toMatchObject({ statusCode: 400 });
    const valid = await stripe.paymentIntents.create(order, { idempotencyKey: 'invalid' });
    expect(valid.status).toBe('succeeded');
  });

  it('used by many at once charge once', async () => {
    const before = await intents();
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => stripe.paymentIntents.create(order, { idempotencyKey: 'crowd' })),
    );
    const ids = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect(await intents()).toBe(before + 1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'idempotency_key_in_use' });
    }
  });
});

describe('faults on demand', () => {
  it('fail before anything is done', async () => {
    for (const [kind, type] of [
      ['error', 'StripeAPIError'],
      ['rate_limit', 'StripeRateLimitError'],
    ] as const) {
      const before = await intents();
      fixture.sandbox.control.fail({ kind, path: '/v1/payment_intents' });
      await expect(stripe.paymentIntents.create(order)).rejects.toMatchObject({ type });
      expect(await intents()).toBe(before);
    }
  });

  it('do the work and lose the answer, which its key then gives', async () => {
    for (const kind of ['error_after', 'drop_after', 'timeout_after'] as const) {
      const before = await intents();
      // A dropped connection is retried once by the SDK itself, hence two.
      fixture.sandbox.control.fail({ kind, count: kind === 'drop_after' ? 2 : 1 });
      const options = { idempotencyKey: kind, timeout: 200 };
      await expect(stripe.paymentIntents.create(order, options)).rejects.toThrow();
      expect(await intents()).toBe(before + 1);
      await stripe.paymentIntents.create(order, options);
      expect(await intents()).toBe(before + 1);
    }
  });

  it('are set over HTTP with the secret key', async () => {
    const post = (path: string, body: string, key = secretKey) =>
      fetch(`${fixture.url}/_sandbox/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    expect((await post('faults', 'kind=error', 'sk_test_other')).status).toBe(401);
    expect((await post('faults', 'kind=nonsense')).status).toBe(400);
    expect((await post('faults', 'kind=error&path=/v1/refunds&count=2')).status).toBe(200);
    await expect(stripe.refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({ statusCode: 500 });
    expect((await post('reset', '')).status).toBe(200);
    await expect(stripe.refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({ statusCode: 404 });
    expect((await post('nonsense', '')).status).toBe(404);
  });
});

describe('the transport', () => {
  it('names each request and the version it speaks', async () => {
    const list = await stripe.charges.list();
    expect(list.lastResponse.requestId).toMatch(/^req_/);
    expect(list.lastResponse.apiVersion).toBe(stripe.getApiField('version'));
  });

  it('refuses what is too large, not form encoded, or unknown', async () => {
    const post = (body: string, type: string) =>
      fetch(`${fixture.url}/v1/refunds`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': type },
        body,
      });
    expect((await post(`note=${'x'.repeat(1_100_000)}`, 'application/x-www-form-urlencoded')).status).toBe(413);
    expect((await post('{"charge":"ch_1"}', 'application/json')).status).toBe(400);
    await expect(stripe.rawRequest('GET', '/v1/unheard_of')).rejects.toMatchObject({ statusCode: 404 });
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  });
});
