import type { ForecastMethod, Series } from './method.ts';

/** One re-enactment of the past: the forecast as it would have been made after `origin` observations. */
export interface Window {
  readonly origin: number;
  /** Actual minus forecast, steps 1 … k; k shrinks where the series ends before the horizon does. */
  readonly errors: readonly number[];
}

/** More windows than this say little new and cost a fit each. */
const MOST_WINDOWS = 36;

/**
 * Rolling-origin evaluation (Tashman, "Out-of-sample tests of forecasting accuracy", IJF 16 (2000) 437–450): the method is
 * refitted at every origin and sees nothing after it.
 * @param start first origin; two methods are compared over the same windows by giving it.
 */
export function backtest(
  method: ForecastMethod,
  series: Series,
  horizon: number,
  start = firstOrigin(method, series),
): Window[] {
  const { values } = series;
  const windows: Window[] = [];
  for (let origin = start; origin < values.length; origin++) {
    const past = { ...series, values: values.slice(0, origin) };
    const steps = Math.min(horizon, values.length - origin);
    const points = continueSeries(method, past, steps);
    windows.push({ origin, errors: points.map((point, step) => (values[origin + step] ?? 0) - point) });
  }
  return windows;
}

/** The method's points, kept at or above zero for a series that has never been below it (revenue, expense). */
export function continueSeries(method: ForecastMethod, series: Series, horizon: number): number[] {
  const points = method.forecast(series, horizon);
  return neverNegative(series) ? points.map((point) => Math.max(0, point)) : points;
}

export function neverNegative({ values }: Series): boolean {
  return values.every((value) => value >= 0);
}

/**
 * Mean absolute scaled error over all windows and steps: 1 is the in-sample error of repeating last season
 * (Hyndman & Koehler, "Another look at measures of forecast accuracy", IJF 22 (2006) 679–688).
 */
export function meanAbsoluteScaledError(windows: readonly Window[], series: Series): number {
  const errors = windows.flatMap((window) => window.errors);
  const mean = errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  return mean === 0 ? 0 : mean / scale(series);
}

/** In-sample mean absolute change to the same step last season; step to step where the season repeats exactly or is not over. */
export function scale({ values, seasonLength }: Series): number {
  const seasonal = meanChange(values, seasonLength);
  if (seasonal > 0) return seasonal;
  return meanChange(values, 1) || 1;
}

function meanChange(values: readonly number[], lag: number): number {
  const changes = values.slice(lag).map((value, t) => Math.abs(value - (values[t] ?? 0)));
  return changes.length === 0 ? 0 : changes.reduce((sum, change) => sum + change, 0) / changes.length;
}

/**
 * Two seasons of history before the first window where that leaves a useful number of windows, so that errors made
 * before the season could be known don't widen today's intervals; otherwise a third of the series.
 */
function firstOrigin(method: ForecastMethod, { values, seasonLength }: Series): number {
  const n = values.length;
  const twoSeasons = 2 * seasonLength;
  const start = n >= twoSeasons + seasonLength / 2 ? twoSeasons : Math.ceil(n / 3);
  return Math.max(method.minimumHistory, start, n - MOST_WINDOWS);
}
