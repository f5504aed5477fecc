import { randomBytes } from 'node:crypto';
import { systemClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { found, ObservedService } from '@finflow/chassis/testing/observed-service';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { testTokens } from '@finflow/chassis/testing/tokens';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const WRITE = 'finflow.accounting.v1.InvoiceService/CreateInvoice';
const READ = 'finflow.accounting.v1.InvoiceService/ListInvoices';
const secrets: Record<string, string> = {};
let database: TestDatabase;
let told = '';

/** Sends every secret through the service, in ways that succeed and in ways that fail. */
beforeAll(async () => {
  database = await testDatabase('accounting');
  const tokens = await testTokens(systemClock);
  const service = await ObservedService.start({
    main: new URL('../src/main.ts', import.meta.url),
    tokens,
    environment: { DATABASE_URL: database.url },
  });
  const organizationId = newId();
  const [token, forged, expired] = await Promise.all([
    tokens.mint({ organizationId, role: 'ACCOUNTANT' }),
    tokens.forged({ organizationId }),
    tokens.expired({ organizationId }),
  ]);
  const cookie = `canary-${randomBytes(8).toString('hex')}`;
  Object.assign(secrets, { token, forged, expired, cookie, databasePassword: new URL(database.url).password });
  const headers = { authorization: `Bearer ${token}`, cookie: `__Host-finflow_refresh=${cookie}` };
  const body = { client: 'Ada', amount: { currencyCode: 'USD', amountMinor: '100' }, dueDate: '2030-01-01' };

  await service.post(WRITE, body, headers);
  await service.post(WRITE, { ...body, surplus: token }, headers);
  await service.post(WRITE, `{"description":"${token}`, headers);
  await service.post(`${WRITE}?token=${token}`, body, headers);
  for (const bad of [forged, expired, `${token}x`]) {
    expect((await service.post(READ, {}, { authorization: `Bearer ${bad}` })).status).toBe(401);
  }
  // The database refuses, and its error has the statement and the values with it.
  await asSuperuser((client) => client.query('alter table invoices rename to hidden'), database.name);
  expect((await service.post(READ, {}, headers)).body).toMatchObject({ code: 'internal' });
  told = await service.stop();
});
afterAll(async () => {
  await database?.drop();
});

test('every failure was told', () => {
  expect(told).toContain('unexpected error');
  expect(told).toContain('"call"');
});

test('no token or password is in a log line, a span or a metric', () => {
  expect(Object.keys(secrets)).toHaveLength(5);
  expect(found(secrets, told)).toEqual([]);
});
