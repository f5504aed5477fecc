import { backtest, continueSeries, meanAbsoluteScaledError, neverNegative, type Window } from './backtest.ts';
import { bands, FEWEST_ERRORS } from './intervals.ts';
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
  const { widths80, widths95 } = bands(windows, horizon);
  const floor = neverNegative(series) ? 0 : Number.NEGATIVE_INFINITY;
  const points = continueSeries(method, series, horizon).map((amount, step) => {
    const width80 = widths80[step] ?? 0;
    const width95 = widths95[step] ?? 0;
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
      ...coverages(windows),
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
 * Judged as time went by: the bands at each origin are drawn only from errors whose actuals were known by then, so the
 * figures are not flattered by the errors they are meant to cover.
 */
function coverages(windows: readonly Window[]): Pick<BacktestSummary, 'coverage80' | 'coverage95'> {
  let [inside80, inside95, judged] = [0, 0, 0];
  for (const { origin, errors } of windows) {
    const known = windows
      .filter((earlier) => earlier.origin < origin)
      .map((earlier) => ({ ...earlier, errors: earlier.errors.slice(0, origin - earlier.origin) }));
    if (known.length < FEWEST_ERRORS) continue;
    const { widths80, widths95 } = bands(known, errors.length);
    errors.forEach((error, step) => {
      judged += 1;
      if (Math.abs(error) <= (widths80[step] ?? 0)) inside80 += 1;
      if (Math.abs(error) <= (widths95[step] ?? 0)) inside95 += 1;
    });
  }
  const of = Math.max(1, judged);
  return { coverage80: inside80 / of, coverage95: inside95 / of };
}
