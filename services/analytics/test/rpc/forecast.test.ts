import { failureOf } from '@finflow/chassis/testing/failure';
import { ForecastType } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addMonths, firstDay } from '../../src/forecasting/months.ts';
import { Analytics, type Tenant } from '../support/analytics.ts';
import { Books } from '../support/books.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

/** A growing history with a little noise, one amount a month up to and including `last`. */
function history(months: number, last = '2026-02', currencyCode = '') {
  return Array.from({ length: months }, (_, index) => ({
    date: firstDay(addMonths(last, index + 1 - months)),
    amount: { currencyCode, amountMinor: BigInt(100_000 + 1_000 * index + 700 * ((index * 7) % 5)) },
  }));
}

describe('CreateForecast', () => {
  test('forecasts three months of cash flow from the caller’s history, with bands and a backtest', async () => {
    const { forecasts, organizationId, userId } = await analytics.tenant();
    const { forecast } = await forecasts.createForecast({ startDate: '2026-03-15', historicalData: history(24) });
    expect(forecast).toMatchObject({
      organizationId,
      userId,
      forecastType: ForecastType.CASHFLOW,
      startDate: '2026-03-01',
      endDate: '2026-05-31',
      currencyCode: 'USD',
      method: 'theta',
      confidenceLevel: 0.8,
      historyMonths: 24,
    });
    expect(forecast?.forecast.map(({ date }) => date)).toEqual(['2026-03-01', '2026-04-01', '2026-05-01']);
    for (const point of forecast?.forecast ?? []) {
      const order = [point.lowerBound95, point.lowerBound, point.amount, point.upperBound, point.upperBound95];
      const minor = order.map((money) => money?.amountMinor ?? 0n);
      expect(minor).toEqual([...minor].sort((a, b) => (a < b ? -1 : 1)));
      expect(minor[2]).toBeGreaterThan(115_000n);
      expect(minor[2]).toBeLessThan(140_000n);
    }
    expect(forecast?.backtest).toMatchObject({ windows: 16 });
    expect(forecast?.backtest?.sentence).toMatch(
      /^Tested on 16 past months of 24: .+ band held \d+ % of what then happened\.$/,
    );
    expect(forecast?.backtest?.coverage).toBeGreaterThan(0);
    expect(forecast?.backtest?.mase).toBeGreaterThan(0);
  });

  test('is in the history’s currency, or the request’s, or else the organization’s', async () => {
    const tenant = await analytics.tenant();
    await new Books(analytics.bus, tenant.organizationId).settings('UTC', undefined, 'CHF');
    const currencyOf = async (request: object) =>
      (await tenant.forecasts.createForecast({ startDate: '2026-03-01', ...request })).forecast?.currencyCode;
    expect(await currencyOf({ historicalData: history(12, '2026-02', 'EUR') })).toBe('EUR');
    expect(await currencyOf({ historicalData: history(12), currencyCode: 'USD' })).toBe('USD');
    expect(await currencyOf({ historicalData: history(12) })).toBe('CHF');
  });

  test('keeps the forecast as it was given', async () => {
    const { forecasts } = await analytics.tenant();
    const { forecast } = await forecasts.createForecast({ startDate: '2026-03-01', historicalData: history(18) });
    expect((await forecasts.getForecast({ id: forecast?.id })).forecast).toEqual(forecast);
  });

  test('takes the history from the books, whole months only', async () => {
    const tenant = await analytics.tenant();
    const books = new Books(analytics.bus, tenant.organizationId);
    for (let back = 14; back >= 1; back--) {
      const month = addMonths('2026-03', -back);
      await books.post(`${month}-10`, { bank: 200_00, revenue: -200_00 });
      await books.post(`${month}-20`, { rent: 50_00, bank: -50_00 });
    }
    // The present month is not over: this must not look like a boom.
    await books.post('2026-03-02', { bank: 9_000_00, revenue: -9_000_00 });
    const ask = async (forecastType: ForecastType, periods = 1) => {
      const request = { forecastType, startDate: '2026-03-01', periods };
      return (await tenant.forecasts.createForecast(request)).forecast;
    };
    const revenue = await ask(ForecastType.REVENUE, 12);
    expect(revenue).toMatchObject({ historyMonths: 14, endDate: '2027-02-28' });
    expect(revenue?.forecast.map(({ amount }) => amount?.amountMinor)).toEqual(Array(12).fill(200_00n));
    expect((await ask(ForecastType.EXPENSE))?.forecast[0]?.amount?.amountMinor).toBe(50_00n);
    expect((await ask(ForecastType.CASHFLOW))?.forecast[0]?.amount?.amountMinor).toBe(150_00n);
  });

  test('looks no further back into the books than fifty years: one mistyped date is no history', async () => {
    const tenant = await analytics.tenant();
    const books = new Books(analytics.bus, tenant.organizationId);
    await books.post('1926-02-10', { bank: 1_00, revenue: -1_00 });
    for (let back = 12; back >= 1; back--) {
      await books.post(`${addMonths('2026-03', -back)}-10`, { bank: 200_00, revenue: -200_00 });
    }
    const { forecast } = await tenant.forecasts.createForecast({ startDate: '2026-03-01' });
    expect(forecast?.historyMonths).toBe(12);
  });

  test('is not made for a caller who went away', async () => {
    const tenant = await analytics.tenant();
    const history = Array.from({ length: 24 }, (_, index) => ({
      ...{ date: firstDay(addMonths('2024-01', index)), amountMinor: BigInt(index), currency: '' },
    }));
    const request = { forecastType: 'cashflow', startDate: '2026-03-01', periods: 3, currency: '', history } as const;
    const { commands } = analytics.service;
    const forecast = commands.createForecast(tenant, request, undefined, AbortSignal.abort());
    await expect(forecast).rejects.toMatchObject({ reason: 'WORK_CANCELLED' });
    expect((await tenant.forecasts.listForecasts({})).totalSize).toBe(0);
  });

  test('decides which month is over by the organization’s time zone', async () => {
    const tenant = await analytics.tenant();
    const books = new Books(analytics.bus, tenant.organizationId);
    await books.settings('Pacific/Auckland');
    for (let back = 12; back >= 0; back--) {
      await books.post(`${addMonths('2026-03', -back)}-10`, { bank: 200_00, revenue: -200_00 });
    }
    const { forecast } = await tenant.forecasts.createForecast({ startDate: '2026-04-01' });
    expect(forecast?.historyMonths).toBe(13);
  });

  test('bridges the months between the history’s end and the start', async () => {
    const { forecasts } = await analytics.tenant();
    const request = { startDate: '2026-06-01', periods: 2, historicalData: history(24, '2026-01') };
    const { forecast } = await forecasts.createForecast(request);
    const near = await forecasts.createForecast({
      startDate: '2026-02-01',
      periods: 6,
      historicalData: history(24, '2026-01'),
    });
    expect(forecast?.forecast).toEqual(near.forecast?.forecast.slice(4));
  });

  test('handles flows below zero', async () => {
    const { forecasts } = await analytics.tenant();
    const historicalData = history(20).map(({ date, amount }) => ({
      date,
      amount: { amountMinor: -amount.amountMinor },
    }));
    const { forecast } = await forecasts.createForecast({ startDate: '2026-03-01', historicalData });
    expect(forecast?.forecast.every(({ upperBound }) => (upperBound?.amountMinor ?? 0n) < 0n)).toBe(true);
  });

  test('handles the largest amounts there are', async () => {
    const { forecasts } = await analytics.tenant();
    const historicalData = history(24).map(({ date }, index) => ({
      date,
      amount: { amountMinor: (index % 3 === 0 ? 1n : -1n) * 10n ** 15n },
    }));
    const { forecast } = await forecasts.createForecast({ startDate: '2026-03-01', periods: 12, historicalData });
    expect(forecast?.forecast).toHaveLength(12);
  });

  test('refuses too little history, saying how many months there are and are needed', async () => {
    const { forecasts } = await analytics.tenant();
    for (const [months, request] of [
      ['0', {}],
      ['0', { startDate: '1900-01-31' }],
      ['5', { historicalData: history(5) }],
      ['11', { historicalData: history(12, '2026-03') }],
    ] as const) {
      expect(await failureOf(forecasts.createForecast({ startDate: '2026-04-01', ...request }))).toMatchObject({
        code: 'FailedPrecondition',
        reason: 'NOT_ENOUGH_HISTORY',
        metadata: { months, monthsNeeded: '12' },
      });
    }
    expect((await forecasts.listForecasts({})).totalSize).toBe(0);
  });

  test('is made once for a request id', async () => {
    const { forecasts } = await analytics.tenant();
    const request = { startDate: '2026-03-01', historicalData: history(12), requestId: 'once' };
    const [first, second] = await Promise.all([forecasts.createForecast(request), forecasts.createForecast(request)]);
    expect(second).toEqual(first);
    expect((await forecasts.listForecasts({})).totalSize).toBe(1);
    expect(await failureOf(forecasts.createForecast({ ...request, periods: 4 }))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'REQUEST_ID_REUSED',
    });
  });

  test('refuses wrong values, naming each field, and stores nothing', async () => {
    const { forecasts } = await analytics.tenant();
    const good = { startDate: '2026-03-01', historicalData: history(12) };
    const point = (changes: object) => ({
      ...good,
      historicalData: [...history(12), { date: '2026-01-05', ...changes }],
    });
    const cases = [
      [{ ...good, startDate: '' }, 'VALIDATION_FAILED', 'start_date'],
      [{ ...good, startDate: '2026-02-30' }, 'VALIDATION_FAILED', 'start_date'],
      [{ ...good, periods: 0 }, 'VALIDATION_FAILED', 'periods'],
      [{ ...good, periods: 13 }, 'VALIDATION_FAILED', 'periods'],
      [{ ...good, forecastType: 9 as ForecastType }, 'VALIDATION_FAILED', 'forecast_type'],
      [{ ...good, currencyCode: 'dollars' }, 'VALIDATION_FAILED', 'currency_code'],
      [{ ...good, currencyCode: 'ZZZ' }, 'UNKNOWN_CURRENCY', 'currency_code'],
      [{ ...good, requestId: 'x'.repeat(129) }, 'VALIDATION_FAILED', 'request_id'],
      [point({ date: 'yesterday' }), 'VALIDATION_FAILED', 'historical_data[12].date'],
      [point({}), 'VALIDATION_FAILED', 'historical_data[12].amount'],
      [point({ amount: { amountMinor: 10n ** 16n } }), 'VALIDATION_FAILED', 'historical_data[12].amount.amount_minor'],
      [point({ amount: { currencyCode: 'ZZZ' } }), 'UNKNOWN_CURRENCY', 'historical_data[12].amount.currency_code'],
      [
        { ...point({ amount: { currencyCode: 'EUR' } }), currencyCode: 'USD' },
        'CURRENCY_MISMATCH',
        'historical_data[12].amount.currency_code',
      ],
      [point({ date: '2026-03-01', amount: { amountMinor: 1n } }), 'HISTORY_AFTER_START', 'historical_data[12].date'],
      [point({ date: '1926-01-05', amount: { amountMinor: 1n } }), 'HISTORY_TOO_LONG', 'historical_data'],
      [
        {
          ...good,
          historicalData: history(12).flatMap(({ date }) =>
            Array(2).fill({ date, amount: { amountMinor: 10n ** 15n } }),
          ),
        },
        'HISTORY_TOO_LARGE',
        'historical_data',
      ],
      [{ ...good, startDate: '2027-03-01' }, 'START_TOO_FAR', 'start_date'],
    ] as const;
    for (const [request, reason, field] of cases) {
      expect(await failureOf(forecasts.createForecast(request))).toMatchObject({
        code: 'InvalidArgument',
        reason,
        fields: expect.arrayContaining([field]),
      });
    }
    expect((await forecasts.listForecasts({})).totalSize).toBe(0);
    expect((await failureOf(forecasts.createForecast({ ...good, startDate: '2027-03-01' }))).metadata).toEqual({
      lastMonth: '2026-02',
    });
  });
});

describe('GetForecast and ListForecasts', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await analytics.tenant();
    for (const [forecastType, currencyCode, startDate] of [
      [ForecastType.REVENUE, 'USD', '2026-03-01'],
      [ForecastType.EXPENSE, 'EUR', '2026-05-01'],
      [ForecastType.CASHFLOW, 'USD', '2026-04-01'],
    ] as const) {
      analytics.clock.advance(1000);
      await tenant.forecasts.createForecast({ forecastType, currencyCode, startDate, historicalData: history(12) });
    }
  });

  const starts = async (request: object) =>
    (await tenant.forecasts.listForecasts(request)).forecasts.map(({ startDate }) => startDate.slice(5, 7));

  test('lists the newest first, and by start date when asked', async () => {
    expect(await starts({})).toEqual(['04', '05', '03']);
    expect(await starts({ orderBy: 'start_date' })).toEqual(['03', '04', '05']);
    expect(await starts({ orderBy: 'created_at' })).toEqual(['03', '05', '04']);
  });

  test('pages without repeating or skipping', async () => {
    const first = await tenant.forecasts.listForecasts({ pageSize: 2 });
    expect(first).toMatchObject({ totalSize: 3 });
    const second = await tenant.forecasts.listForecasts({ pageSize: 2, pageToken: first.nextPageToken });
    expect(second.nextPageToken).toBe('');
    expect(new Set([...first.forecasts, ...second.forecasts].map(({ id }) => id)).size).toBe(3);
  });

  test('filters by type, currency and when it was made', async () => {
    expect(await starts({ forecastTypes: [ForecastType.REVENUE, ForecastType.EXPENSE] })).toEqual(['05', '03']);
    expect(await starts({ currencyCode: 'EUR' })).toEqual(['05']);
    const [newest] = (await tenant.forecasts.listForecasts({})).forecasts;
    expect(await starts({ createdFrom: newest?.createdAt })).toEqual(['04']);
    expect(await starts({ createdUntil: newest?.createdAt })).toEqual(['05', '03']);
  });

  test('shows another organization nothing', async () => {
    const [forecast] = (await tenant.forecasts.listForecasts({})).forecasts;
    const other = await analytics.tenant();
    expect((await other.forecasts.listForecasts({})).totalSize).toBe(0);
    expect(await failureOf(other.forecasts.getForecast({ id: forecast?.id }))).toMatchObject({
      code: 'NotFound',
      reason: 'FORECAST_NOT_FOUND',
      fields: ['id'],
    });
  });

  test('refuse wrong values, naming the field', async () => {
    const { forecasts } = tenant;
    const cases = [
      [forecasts.getForecast({ id: 'x' }), 'VALIDATION_FAILED', 'id'],
      [forecasts.listForecasts({ pageSize: 201 }), 'VALIDATION_FAILED', 'page_size'],
      [forecasts.listForecasts({ pageSize: -1 }), 'VALIDATION_FAILED', 'page_size'],
      [forecasts.listForecasts({ pageToken: 'nonsense' }), 'INVALID_PAGE_TOKEN', 'page_token'],
      [forecasts.listForecasts({ orderBy: 'mase' }), 'INVALID_ORDER_BY', 'order_by'],
      [forecasts.listForecasts({ forecastTypes: [0] }), 'VALIDATION_FAILED', 'forecast_types[0]'],
      [forecasts.listForecasts({ currencyCode: 'us' }), 'VALIDATION_FAILED', 'currency_code'],
    ] as const;
    for (const [call, reason, field] of cases) {
      expect(await failureOf(call)).toMatchObject({ code: 'InvalidArgument', reason, fields: [field] });
    }
  });
});
