import { backtest, continueSeries, meanAbsoluteScaledError, neverNegative, type Window } from './backtest.ts';
import { FEWEST_ERRORS, halfWidths } from './intervals.ts';
import type { ForecastMethod, Series } from './method.ts';
import { seasonalNaive } from './seasonal-naive.ts';

/** One step of a forecast, in the series' unit. */
export interface ForecastPoint {
  readonly amount: number;
  readonly lower80: number;
  readonly upper80: number;
  readonly lower95: number;
  readonly upper95: number;
}

/** How well the method did on this very series, measured on windows it had not seen. */
export interface BacktestSummary {
  /** Mean absolute scaled error; 1 is the in-sample error of repeating last season. */
  readonly mase: number;
  /** The same for the seasonal naive yardstick on the same windows. */
  readonly naiveMase: number;
  /** Share of later actuals that lay inside the 80 % interval as it would have been drawn at the time. */
  readonly coverage80: number;
  readonly coverage95: number;
  /** How many past forecasts were re-enacted. */
  readonly windows: number;
}

export interface Forecast {
  readonly points: readonly ForecastPoint[];
  readonly backtest: BacktestSummary;
}

/**
 * Continues a series and says how far to trust it.
 * @param lead steps between the last observation and the first point wanted (0: the very next step).
 */
export function makeForecast(method: ForecastMethod, series: Series, lead: number, periods: number): Forecast {
  const horizon = lead + periods;
  const windows = backtest(method, series, horizon);
  const widths80 = halfWidths(windows, horizon, 0.8);
  const widths95 = halfWidths(windows, horizon, 0.95);
  const floor = neverNegative(series) ? 0 : Number.NEGATIVE_INFINITY;
  const points = continueSeries(method, series, horizon).map((amount, step) => {
    const width80 = widths80[step] ?? 0;
    // A conformal 80 % rank and a Student 95 % quantile come from different statistics; the wider claim must stay wider.
    const width95 = Math.max(width80, widths95[step] ?? 0);
    return {
      amount,
      lower80: Math.max(floor, amount - width80),
      upper80: amount + width80,
      lower95: Math.max(floor, amount - width95),
      upper95: amount + width95,
    };
  });
  return {
    points: points.slice(lead),
    backtest: {
      mase: tidy(meanAbsoluteScaledError(windows, series)),
      naiveMase: tidy(meanAbsoluteScaledError(sameWindows(windows, series, horizon), series)),
      coverage80: coverage(windows, 0.8),
      coverage95: coverage(windows, 0.95),
      windows: windows.length,
    },
  };
}

/** Without the last bits' noise, which would tell two exact methods apart. */
function tidy(error: number): number {
  return Math.round(error * 1e6) / 1e6;
}

/** The yardstick over exactly the windows the method was judged on. */
function sameWindows(windows: readonly Window[], series: Series, horizon: number): Window[] {
  const first = windows[0]?.origin ?? 0;
  return backtest(seasonalNaive, series, horizon, first);
}

/**
 * Judged as time went by: the interval at each origin is drawn only from errors whose actuals were known by then, so the
 * figure is not flattered by the errors it is meant to cover.
 */
function coverage(windows: readonly Window[], level: number): number {
  let inside = 0;
  let judged = 0;
  for (const { origin, errors } of windows) {
    const known = windows
      .filter((earlier) => earlier.origin < origin)
      .map((earlier) => ({ ...earlier, errors: earlier.errors.slice(0, origin - earlier.origin) }));
    if (known.length < FEWEST_ERRORS) continue;
    const widths = halfWidths(known, errors.length, level);
    errors.forEach((error, step) => {
      judged += 1;
      if (Math.abs(error) <= (widths[step] ?? 0)) inside += 1;
    });
  }
  return judged === 0 ? 0 : inside / judged;
}
