import { newId } from '@finflow/chassis/ids';
import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Analytics, type Tenant } from '../support/analytics.ts';

/** Of an organization so new that its event has not come. */
let newcomer: Tenant;
let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
beforeEach(async () => {
  newcomer = await analytics.tenant(newId());
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => analytics.stop());

const BERLIN = { currency: 'EUR', timeZone: 'Europe/Berlin' };

/** Sends the organization's event once the call has been to the database and has found no settings. */
async function foundedDuring<T>(call: () => Promise<T>): Promise<T> {
  const transactions = jest.spyOn(analytics.service.parts.database, 'tenant');
  const calling = call();
  await eventually(() => expect(transactions).toHaveBeenCalled());
  await expect(transactions.mock.results[0]?.value).rejects.toMatchObject({ reason: 'BOOKS_NOT_OPEN' });
  await analytics.founded(newcomer.organizationId, BERLIN);
  return await calling;
}

/** All that an import answers. */
async function imported(csv: string) {
  const events = [];
  const request = { csv: new TextEncoder().encode(csv), columns: { date: 'd', description: 't', amount: 'a' } };
  for await (const { event } of newcomer.categorization.importTransactions(request)) events.push(event);
  return events;
}
const stored = async () => (await newcomer.categorization.listTransactions({})).transactions;

test('a dashboard asked for before the event has come is in the organization’s currency and month', async () => {
  const dashboard = await foundedDuring(() => newcomer.dashboard.getDashboard({}));
  expect(dashboard).toMatchObject({ currencyCode: 'EUR', toMonth: '2026-04' });
});

test('a transaction categorized before the event has come is in the organization’s currency and on its day', async () => {
  const amount = { amountMinor: -900n };
  await foundedDuring(() => newcomer.categorization.categorizeTransaction({ description: 'Office rent', amount }));
  expect(await stored()).toMatchObject([{ amount: { currencyCode: 'EUR' }, date: '2026-04-01' }]);
});

test('a statement imported before the event has come is in the organization’s currency', async () => {
  await foundedDuring(() => imported('d,t,a\n2026-03-01,Office rent,-9.00\n'));
  expect(await stored()).toMatchObject([{ amount: { currencyCode: 'EUR', amountMinor: -900n } }]);
});

test('when the event stays away, what needs the settings is refused, and nothing is stored', async () => {
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  const { organizationId, categorization, dashboard, forecasts } = newcomer;
  const [requestId, description] = [newId(), 'Office rent'];
  const calls = [
    () => dashboard.getDashboard({}),
    () => forecasts.createForecast({ startDate: '2026-04-01', requestId }),
    () => categorization.categorizeTransaction({ description, requestId }),
    () => categorization.batchCategorizeTransactions({ transactions: [{ description }], requestId }),
    () => imported('d,t,a\n2026-03-01,Office rent,-9.00\n'),
  ];
  for (const call of calls) {
    expect(await failureOf(call())).toMatchObject({ code: 'Unavailable', reason: 'BOOKS_NOT_OPEN' });
  }
  expect(timeout.mock.calls).toEqual(calls.map(() => [2_000]));
  for (const table of ['transactions', 'forecasts', 'outbox', 'idempotency_keys']) {
    const rows = await analytics.rows(`select from ${table} where organization_id = $1`, [organizationId]);
    expect(rows).toEqual([]);
  }
});
