import { createHmac, randomBytes } from 'node:crypto';
import { systemClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { eventually } from '@finflow/chassis/testing/eventually';
import { found, ObservedService } from '@finflow/chassis/testing/observed-service';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { testTokens } from '@finflow/chassis/testing/tokens';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, secretKey, startSandbox, webhookSecret } from './sandbox.ts';

const CREATE = 'finflow.payments.v1.PaymentService/CreatePayment';
const secrets: Record<string, string> = {};
let database: TestDatabase;
let sandbox: Sandbox;
let told = '';

/** Sends every secret through the service, in ways that succeed and in ways that fail. */
beforeAll(async () => {
  [sandbox, database] = await Promise.all([startSandbox(), testDatabase('payments')]);
  const tokens = await testTokens(systemClock);
  const sealingKey = randomBytes(32).toString('base64');
  await using service = await ObservedService.start({
    main: new URL('../src/main.ts', import.meta.url),
    tokens,
    environment: {
      DATABASE_URL: database.url,
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      CARD_SANDBOX_URL: sandbox.url,
      PROCESSOR_DATA_KEYS: `canary:${sealingKey}`,
      ACCOUNTING_ADDRESS: '127.0.0.1:1',
      RECONCILE_INTERVAL_MS: '100',
      RECONCILE_AFTER_MS: '0',
      PROCESSOR_TIMEOUT_MS: '500',
    },
  });
  const organizationId = newId();
  const [token, forged] = await Promise.all([
    tokens.mint({ organizationId, role: 'ACCOUNTANT' }),
    tokens.forged({ organizationId }),
  ]);
  const card = `tok_canary${randomBytes(8).toString('hex')}`;
  const signature = createHmac('sha256', webhookSecret).update('canary').digest('hex');
  Object.assign(secrets, {
    card,
    token,
    forged,
    sealingKey,
    signature,
    processorKey: secretKey,
    webhookSecret,
    databasePassword: new URL(database.url).password,
  });
  const headers = { authorization: `Bearer ${token}` };
  const pay = (source: string, more: object = {}) =>
    service.post(CREATE, { amount: { currencyCode: 'USD', amountMinor: '100' }, source, ...more }, headers);

  expect((await pay('tok_visa')).status).toBe(200);
  // Refused by the processor, by the contract, by the parser, by the policy, and for want of accounting.
  expect((await pay(card)).body).toMatchObject({ code: 'invalid_argument' });
  await pay(`${card} `.repeat(40));
  await pay(card, { surplus: card });
  await service.post(`${CREATE}?source=${card}`, {}, headers);
  await service.post(CREATE, `{"source":"${card}`, headers);
  expect((await service.post(CREATE, { source: card }, { authorization: `Bearer ${forged}` })).status).toBe(401);
  expect((await pay(card, { invoiceId: newId() })).status).toBe(503);
  const signed = { 'stripe-signature': `t=1,v1=${signature}` };
  expect((await service.post('webhooks/stripe', { id: 'evt_1', source: card }, signed)).status).toBe(400);
  // The processor is there and fails, then is gone.
  await sandbox.control('faults', { kind: 'error', count: 3 });
  await pay(card);
  // The database refuses, and its error has the statement and the values with it.
  const rename = (from: string, to: string) =>
    asSuperuser((client) => client.query(`alter table ${from} rename to ${to}`), database.name);
  await rename('payments', 'hidden');
  expect((await pay(card)).body).toMatchObject({ code: 'internal' });
  await rename('hidden', 'payments');
  await sandbox.stop();
  expect((await pay(card)).status).toBe(503);
  await eventually(() => expect(service.output()).toContain('the processor did not answer'), 20_000);
  told = await service.stop();
});
afterAll(async () => {
  await database?.drop();
});

test('every failure was told', () => {
  for (const message of ['unexpected error', 'a webhook was not signed', 'the processor did not answer', '"call"']) {
    expect(told).toContain(message);
  }
});

test('no card, token, key or password is in a log line, a span or a metric', () => {
  expect(Object.keys(secrets)).toHaveLength(8);
  expect(found(secrets, told)).toEqual([]);
});
