import { calendarDate } from '@finflow/chassis/clock';
import { failedPrecondition, invalidArgument } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import { assertCurrency } from '@finflow/chassis/money';
import { type ForecastType, LONGEST_HISTORY_MONTHS, MONTHS_NEEDED, type StoredForecast } from '../domain/forecast.ts';
import type { Forecast, ForecastPoint } from '../forecasting/forecast.ts';
import { DEFAULT_METHOD } from '../forecasting/methods.ts';
import { type MonthlySeries, monthlySeries } from '../forecasting/monthly-series.ts';
import { addMonths, firstDay, type Month, monthNumber, monthOf } from '../forecasting/months.ts';
import { describeQuality } from '../forecasting/quality.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { insertForecast } from '../store/forecasts.ts';
import { organizationOf } from '../store/organizations.ts';
import { bookHistory } from './forecast-history.ts';

/** One amount of the past as the caller gives it. */
export interface HistoricalAmount {
  readonly date: string;
  readonly amountMinor: bigint;
  /** ISO 4217; '' for the request's. */
  readonly currency: string;
}

export interface ForecastRequest {
  readonly forecastType: ForecastType;
  /** Any day of the first month to forecast. */
  readonly startDate: string;
  /** 1–12. */
  readonly periods: number;
  /** Empty: the organization's own books. */
  readonly history: readonly HistoricalAmount[];
  /** '' for the history's, or the organization's. */
  readonly currency: string;
}

const SEASON = 12;
const LONGEST_LEAD_MONTHS = 12;
/** The contract's bound on one amount: bands around a month of this size still fit 64 bits. */
const LARGEST_MONTH_MINOR = 1e15;

interface History {
  readonly series: MonthlySeries;
  readonly currency: string;
  readonly source: StoredForecast['historySource'];
}

/**
 * Forecasts the months from a date on, says how well the method did on the same series before, and keeps both.
 *
 * @param signal ends the work when its caller goes away; then nothing is kept
 * @throws DomainError FAILED_PRECONDITION `NOT_ENOUGH_HISTORY`; INVALID_ARGUMENT `UNKNOWN_CURRENCY`,
 *   `CURRENCY_MISMATCH`, `HISTORY_AFTER_START`, `HISTORY_TOO_LONG`, `HISTORY_TOO_LARGE`,
 *   `START_TOO_FAR`; RESOURCE_EXHAUSTED `WORKERS_BUSY`; ABORTED `WORK_CANCELLED`;
 *   UNAVAILABLE `BOOKS_NOT_OPEN`
 */
export async function createForecast(
  parts: AnalyticsParts,
  actor: Actor,
  request: ForecastRequest,
  key: RequestKey | undefined,
  signal?: AbortSignal,
): Promise<StoredForecast> {
  const { organizationId, userId } = actor;
  const { database, clock, workers } = parts;
  const { series, currency, source } = await readHistory(parts, organizationId, request);
  const lead = leadOf(series, monthOf(request.startDate));
  const { periods, forecastType } = request;
  const task = { method: DEFAULT_METHOD, series: { values: series.values, seasonLength: SEASON }, lead, periods };
  // Between two transactions: a connection must not wait for a thread.
  const { points, backtest } = await workers.run<Forecast>('forecast', task, { signal });
  const minor = (value: (point: ForecastPoint) => number): bigint[] =>
    points.map((point) => BigInt(Math.round(value(point))));
  return await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const forecast: StoredForecast = {
        organizationId,
        id: newId(),
        userId,
        forecastType,
        currency,
        startDate: firstDay(monthOf(request.startDate)),
        periods,
        method: DEFAULT_METHOD,
        historyMonths: series.values.length,
        historySource: source,
        amounts: minor(({ amount }) => amount),
        lower80: minor(({ lower80 }) => lower80),
        upper80: minor(({ upper80 }) => upper80),
        lower95: minor(({ lower95 }) => lower95),
        upper95: minor(({ upper95 }) => upper95),
        ...backtest,
        sentence: describeQuality(backtest, series.values.length),
        createdAt: clock.now(),
      };
      await insertForecast(tx, forecast);
      return forecast;
    }),
  );
}

async function readHistory(parts: AnalyticsParts, organizationId: string, request: ForecastRequest): Promise<History> {
  const { database, clock } = parts;
  if (request.currency !== '') assertCurrency(request.currency, 'currency_code');
  const start = monthOf(request.startDate);
  return await database.tenant(organizationId, async (tx) => {
    const organization = await organizationOf(tx);
    const present = monthOf(calendarDate(clock.now(), organization.timeZone));
    // The present month is not over: its sum so far would look like a slump.
    const before = monthNumber(start) < monthNumber(present) ? start : present;
    if (request.history.length === 0) return await bookHistory(tx, request.forecastType, request.currency, before);
    const currency = currencyOf(request) || organization.currency;
    return { series: givenSeries(request.history, start, before), currency, source: 'caller' };
  });
}

/** The one currency of the caller's history; '' when it names none. */
function currencyOf({ history, currency }: ForecastRequest): string {
  let known = currency;
  history.forEach((point, index) => {
    const field = `historical_data[${index}].amount.currency_code`;
    if (point.currency === '') return;
    assertCurrency(point.currency, field);
    known ||= point.currency;
    if (point.currency !== known) {
      throw invalidArgument('CURRENCY_MISMATCH', field, `must be ${known}, as the rest of the request is`);
    }
  });
  return known;
}

function givenSeries(history: ForecastRequest['history'], start: Month, before: Month): MonthlySeries {
  history.forEach(({ date }, index) => {
    if (monthNumber(monthOf(date)) >= monthNumber(start)) {
      throw invalidArgument(
        'HISTORY_AFTER_START',
        `historical_data[${index}].date`,
        `must be before ${firstDay(start)}, the first month to forecast`,
      );
    }
  });
  const months = history.map(({ date }) => monthNumber(monthOf(date)));
  if (Math.max(...months) - Math.min(...months) >= LONGEST_HISTORY_MONTHS) {
    throw invalidArgument('HISTORY_TOO_LONG', 'historical_data', `must span at most ${LONGEST_HISTORY_MONTHS} months`);
  }
  const series = monthlySeries(history, before);
  if (series.values.some((total) => Math.abs(total) > LARGEST_MONTH_MINOR)) {
    throw invalidArgument('HISTORY_TOO_LARGE', 'historical_data', 'must add up to at most ten trillion in each month');
  }
  return series;
}

/** Months between the end of the history and the first one to forecast; refuses what can't be forecast honestly. */
function leadOf({ firstMonth, values }: MonthlySeries, start: Month): number {
  const months = values.length;
  if (firstMonth === undefined || months < MONTHS_NEEDED) {
    throw failedPrecondition(
      'NOT_ENOUGH_HISTORY',
      `A forecast needs ${MONTHS_NEEDED} complete months of history; there are ${months}.`,
      { metadata: { months: String(months), monthsNeeded: String(MONTHS_NEEDED) } },
    );
  }
  const last = addMonths(firstMonth, months - 1);
  const lead = monthNumber(start) - monthNumber(last) - 1;
  if (lead >= LONGEST_LEAD_MONTHS) {
    throw invalidArgument(
      'START_TOO_FAR',
      'start_date',
      `must be within ${LONGEST_LEAD_MONTHS} months of ${last}, the last month of the history`,
      { lastMonth: last },
    );
  }
  return lead;
}
