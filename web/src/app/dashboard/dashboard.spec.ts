import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectError } from '@connectrpc/connect';
import { DashboardService, type GetDashboardRequest } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { type CreateForecastRequest, ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { now, openApp } from '../../testing/app.ts';
import { refusal } from '../../testing/fake-api.ts';
import { stopTimers } from '../../testing/intervals.ts';
import { member } from '../../testing/member.ts';
import { screen, shows, until } from '../../testing/screen.ts';
import { ECHARTS } from '../charts/library.ts';
import { Palettes } from '../charts/palette.ts';
import { addMonths } from '../dates/calendar.ts';
import { RELOAD } from '../shell/lost-parts.ts';
import { Dashboard } from './dashboard.ts';
import { forecast, load } from './state/dashboard.effects.ts';
import { dashboardFeature } from './state/dashboard.feature.ts';

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const hourMs = 3_600_000;

// jsdom has no canvas: a chart that takes its options and draws nothing.
const blankChart = {
  setOption: () => undefined,
  on: () => undefined,
  getZr: () => ({ on: () => undefined }),
  resize: () => undefined,
  dispose: () => undefined,
  isDisposed: () => true,
};

describe('the dashboard', () => {
  let ranges: GetDashboardRequest[];
  let orders: CreateForecastRequest[];
  let booked: boolean;
  let bookedAt: number;
  /** Months with cash flow before the present one, as the figures of five years show them. */
  let historyMonths: number;
  let revenueMinor: bigint;
  let currencyCode: string;
  let stored: { startDate: string; ageMs: number } | null;
  let refuse: ConnectError | undefined;
  let refuseForecast: ConnectError | undefined;
  let loadCharts: () => Promise<{ init: () => typeof blankChart }>;
  let drawn: number;
  let reloads: string[];

  beforeEach(() => {
    ranges = [];
    orders = [];
    booked = true;
    bookedAt = now;
    historyMonths = 12;
    revenueMinor = 112_400n;
    currencyCode = 'USD';
    stored = null;
    refuse = undefined;
    refuseForecast = undefined;
    drawn = 0;
    reloads = [];
    loadCharts = () => Promise.resolve(charts);
    globalThis.ResizeObserver = class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    };
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const charts = {
    init: () => {
      drawn += 1;
      return blankChart;
    },
  };
  const lost = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

  const aForecast = (startDate: string, ageMs = 0) => ({
    id: 'f',
    startDate,
    currencyCode: 'USD',
    createdAt: timestampFromMs(now - ageMs),
    backtest: { sentence: 'It was right four times out of five.' },
    forecast: Array.from({ length: 6 }, (_, i) => ({
      date: `2026-0${i + 3}-01`,
      amount: usd(100_00n),
      lowerBound: usd(50_00n),
      upperBound: usd(150_00n),
      lowerBound95: usd(0n),
      upperBound95: usd(200_00n),
    })),
  });

  const pastMonths = (from: string) =>
    Array.from({ length: 60 }, (_, i) => ({
      month: addMonths(from, i),
      cashFlow: usd(i < 60 - historyMonths ? 0n : 4n),
    }));

  const open = (url = '/dashboard', role?: OrganizationRole) =>
    openApp({
      page: Dashboard,
      path: 'dashboard',
      url,
      profile: member(role),
      providers: [
        provideState(dashboardFeature),
        provideEffects({ load, forecast }),
        { provide: ECHARTS, useValue: () => loadCharts() },
        { provide: RELOAD, useValue: (url: string) => reloads.push(url) },
        { provide: Palettes, useValue: { current: () => ({}) } },
      ],
      api: ({ service }) => {
        service(DashboardService, {
          getDashboard: (range) => {
            ranges.push(range);
            if (refuse) throw refuse;
            if (range.toMonth === '2026-02') return { months: pastMonths(range.fromMonth) };
            return {
              fromMonth: range.fromMonth,
              toMonth: range.toMonth,
              currencyCode,
              availableCurrencies: ['USD', 'EUR'],
              updatedAt: booked ? timestampFromMs(bookedAt) : undefined,
              kpis: {
                revenue: usd(revenueMinor),
                previousRevenue: usd(100_000n),
                expense: usd(40_000n),
                previousExpense: usd(0n),
                net: usd(-5_00n),
                cash: usd(99_900n),
                receivables: usd(1_000n),
                overdue: usd(500n),
                overdueInvoices: 1,
              },
              months: [
                {
                  month: '2026-02',
                  revenue: usd(7n),
                  expense: usd(3n),
                  net: usd(4n),
                  cash: usd(4n),
                  cashFlow: usd(4n),
                },
              ],
              expenseByCategory: [{ category: 'Rent', amount: usd(30_000n), shareBps: 7500 }],
            };
          },
        });
        service(ForecastService, {
          listForecasts: () => ({ forecasts: stored ? [aForecast(stored.startDate, stored.ageMs)] : [] }),
          createForecast: (order) => {
            orders.push(order);
            if (refuseForecast) throw refuseForecast;
            return { forecast: aForecast(order.startDate) };
          },
        });
      },
    });

  it('shows the figures of the last twelve months and how they moved', async () => {
    await open();
    await shows('$1,124');
    expect(ranges[0]).toMatchObject({ fromMonth: '2025-04', toMonth: '2026-03', currencyCode: '' });
    const text = screen.text();
    expect(text).toContain('+12.4% vs. 12 months before');
    expect(text).toContain('-$5');
    expect(text).toContain('1 invoice');
    expect(text).toContain('Rent');
    expect(text).toContain('75%');
  });

  it('shows the months and the currency that the address bar says', async () => {
    await open('/dashboard?months=6&currency=EUR');
    await until(() => ranges.length === 1);
    expect(ranges[0]).toMatchObject({ fromMonth: '2025-10', toMonth: '2026-03', currencyCode: 'EUR' });
  });

  it('shows what it shows by itself when the address bar says nothing it understands', async () => {
    await open('/dashboard?months=7&currency=ZZZ&currency=EUR');
    await shows('$1,124');
    expect(ranges[0]).toMatchObject({ fromMonth: '2025-04', toMonth: '2026-03', currencyCode: '' });
  });

  it('has a forecast made from this month on, and tells its figures without the picture', async () => {
    await open();
    await shows('It was right four times out of five.');
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ startDate: '2026-03-01', periods: 6, currencyCode: 'USD' });
    expect(orders[0]?.requestId).not.toBe('');
    expect(screen.text()).toContain('$50.00 to $150.00');
  });

  it('takes a forecast of today instead of making another', async () => {
    stored = { startDate: '2026-03-01', ageMs: hourMs };
    await open();
    await shows('It was right four times out of five.');
    expect(orders).toEqual([]);
  });

  it.each([
    ['yesterday', { startDate: '2026-03-01', ageMs: 25 * hourMs }],
    ['last month', { startDate: '2026-02-01', ageMs: hourMs }],
  ])('makes another when the latest is of %s', async (_, latest) => {
    stored = latest;
    await open();
    await shows('It was right four times out of five.');
    expect(orders).toHaveLength(1);
  });

  it('makes none for who may only look', async () => {
    await open('/dashboard', OrganizationRole.VIEWER);
    await shows('No forecast yet');
    expect(orders).toEqual([]);
    expect(screen.hasButton('New invoice')).toBe(false);
  });

  it.each([
    [0, 'none'],
    [11, '11'],
  ])('says how much history a forecast still needs after %p months, and asks for none', async (months, words) => {
    historyMonths = months;
    await open();
    await shows('Not enough history yet');
    expect(screen.text()).toContain(`A forecast needs 12 whole months of payments. Your books have ${words} so far`);
    expect(ranges.at(-1)).toMatchObject({ fromMonth: '2021-03', toMonth: '2026-02', currencyCode: 'USD' });
    expect(orders).toEqual([]);
  });

  it('asks anew for another currency', async () => {
    const { router } = await open();
    await until(() => orders.length === 1);
    currencyCode = 'EUR';
    await router.navigateByUrl('/dashboard?currency=EUR');
    await until(() => orders.length === 2);
    expect(orders.map((order) => order.currencyCode)).toEqual(['USD', 'EUR']);
    expect(orders[1]?.requestId).not.toBe(orders[0]?.requestId);
  });

  it('follows what is booked while it is open', async () => {
    const timers = stopTimers();
    const { router } = await open();
    await shows('$1,124');
    revenueMinor = 200_000n;
    bookedAt += 1;
    await timers.pass(1_000);
    await shows('$2,000');
    revenueMinor = 300_000n;
    bookedAt += 1;
    await timers.pass(20_000);
    await shows('$3,000');
    await router.navigateByUrl('/elsewhere');
    const asked = ranges.length;
    await timers.pass(60_000);
    expect(ranges).toHaveLength(asked);
    // The currency did not change, so the forecast is the same.
    expect(orders).toHaveLength(1);
  });

  it('offers another try when the forecast failed', async () => {
    refuseForecast = refusal(Code.ResourceExhausted, 'FORECASTS_BUSY', { message: 'Too many at once.' });
    await open();
    await shows('Too many at once.');
    refuseForecast = undefined;
    screen.button('Try again').click();
    await shows('It was right four times out of five.');
  });

  it('says when charts cannot be drawn, and draws all of them when the next try brings what they need', async () => {
    loadCharts = lost;
    await open();
    await until(() => document.querySelectorAll('ff-chart ff-problem').length === 2);
    expect(screen.text()).toContain('The chart could not be drawn');
    expect(screen.text()).toContain('FinFlow can’t be reached right now.');
    // The figures are there all the same, for whoever cannot see charts anyway.
    expect(screen.text()).toContain('$50.00 to $150.00');
    loadCharts = () => Promise.resolve(charts);
    screen.button('Try again').click();
    await until(() => drawn === 2);
    expect(document.querySelector('ff-problem')).toBeNull();
    expect(reloads).toEqual([]);
  });

  it('loads the app anew when what draws charts is gone from a FinFlow that answers', async () => {
    loadCharts = lost;
    globalThis.fetch = () => Promise.resolve({ ok: true } as Response);
    await open('/dashboard?months=6');
    await until(() => screen.hasButton('Try again'));
    expect(reloads).toEqual([]);
    screen.button('Try again').click();
    await until(() => reloads.length > 0);
    expect(reloads).toEqual(['/dashboard?months=6']);
  });

  it('leads a new company to its first invoice, without a forecast', async () => {
    booked = false;
    await open();
    await shows('Three steps to your first figures');
    expect(screen.button('Create your first invoice').getAttribute('href')).toBe('/invoices/new');
    expect(orders).toEqual([]);
  });

  it('says what failed and loads again', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Analytics is restarting.' });
    await open();
    await shows('Analytics is restarting.');
    refuse = undefined;
    screen.button('Try again').click();
    await shows('$1,124');
  });
});
