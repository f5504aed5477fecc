import { randomBytes } from 'node:crypto';
import { ConfigError } from '@finflow/chassis/config';
import { describe, expect, it } from '@jest/globals';
import { loadPaymentsConfig } from '../src/config.ts';

const key = randomBytes(32).toString('base64');
const stripe = {
  DATABASE_URL: 'postgres://payments_service@db/payments',
  JWKS_URL: 'http://auth:4000/.well-known/jwks.json',
  ACCOUNTING_ADDRESS: 'accounting:4102',
  PROCESSOR_DATA_KEYS: `k1:${key}`,
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
};
const { STRIPE_PUBLISHABLE_KEY: _, ...rest } = stripe;
const sandbox = { ...rest, STRIPE_SECRET_KEY: 'sk_test_1', CARD_SANDBOX_URL: 'http://127.0.0.1:12111' };

const wrong = (env: Record<string, string | undefined>) => {
  try {
    loadPaymentsConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    for (const secret of ['sk_', 'whsec_1', key]) {
      expect((error as Error).message.replaceAll(/must start with .*/g, '')).not.toContain(secret);
    }
    return (error as ConfigError).variables;
  }
  return [];
};

describe('the configuration', () => {
  it('reads real payments and sandbox payments', () => {
    expect(loadPaymentsConfig(stripe)).toMatchObject({
      HTTP_PORT: 4001,
      GRPC_PORT: 4101,
      STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
      PROCESSOR_DATA_KEYS: [{ id: 'k1', key: Buffer.from(key, 'base64') }],
    });
    expect(loadPaymentsConfig(sandbox).CARD_SANDBOX_URL).toBe('http://127.0.0.1:12111');
  });

  it('takes several encryption keys, the newest first', () => {
    const second = randomBytes(32).toString('base64');
    const config = loadPaymentsConfig({ ...stripe, PROCESSOR_DATA_KEYS: `k2:${second},k1:${key}` });
    expect(config.PROCESSOR_DATA_KEYS.map(({ id }) => id)).toEqual(['k2', 'k1']);
  });

  it('names every variable that is missing', () => {
    expect(wrong({})).toEqual(
      expect.arrayContaining([
        ...['DATABASE_URL', 'JWKS_URL', 'ACCOUNTING_ADDRESS', 'PROCESSOR_DATA_KEYS'],
        ...['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
      ]),
    );
  });

  it.each([
    ['STRIPE_SECRET_KEY', 'hunter2'],
    ['STRIPE_WEBHOOK_SECRET', 'hunter2'],
    ['STRIPE_PUBLISHABLE_KEY', 'sk_live_1'],
    ['STRIPE_PUBLISHABLE_KEY', undefined],
    ['CARD_SANDBOX_URL', 'http://127.0.0.1:1'],
    ['CARD_SANDBOX_URL', 'nonsense'],
    ['ACCOUNTING_ADDRESS', 'http://accounting:4102'],
    ['PROCESSOR_DATA_KEYS', 'k1:c2hvcnQ='],
    ['PROCESSOR_DATA_KEYS', key],
    ['PROCESSOR_DATA_KEYS', `k1:${key},k1:${key}`],
    ['PROCESSOR_TIMEOUT_MS', '0'],
    ['RECONCILE_AFTER_MS', '-1'],
  ])('refuses %s=%s', (variable, value) => {
    // A live key never goes to the sandbox: the key is what is wrong then.
    const named = value === 'http://127.0.0.1:1' ? 'STRIPE_SECRET_KEY' : variable;
    expect(wrong({ ...stripe, [variable]: value })).toEqual([named]);
  });
});
