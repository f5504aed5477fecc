import { smooth } from './exponential-smoothing.ts';
import { type ForecastMethod, requireHistory } from './method.ts';
import { adjust, isSeasonal, reseason, seasonalIndices } from './seasonality.ts';

/**
 * The standard Theta method: the mean of the straight line through the series and of exponential smoothing over the
 * series with doubled curvature. Winner of the M3 competition, and hard to beat with one method on monthly business data.
 *
 * Assimakopoulos & Nikolopoulos, "The theta model: a decomposition approach to forecasting", IJF 16 (2000) 521–530.
 * Computed in the equivalent form of Hyndman & Billah, "Unmasking the Theta method", IJF 19 (2003) 287–290: simple
 * exponential smoothing plus a drift of half the line's slope.
 */
export const theta: ForecastMethod = {
  name: 'theta',
  minimumHistory: 3,
  forecast(series, horizon) {
    requireHistory(theta, series);
    if (!isSeasonal(series)) return continueLevel(series.values, horizon);
    const season = seasonalIndices(series);
    const points = continueLevel(adjust(series.values, season), horizon);
    return reseason(points, season, series.values.length);
  },
};

/** Hyndman & Billah (2003), eq. 5: level + slope/2 · (h − 1 + 1/alpha − (1 − alpha)^n / alpha). */
function continueLevel(values: readonly number[], horizon: number): number[] {
  const { alpha, level } = smooth(values);
  const drift = slope(values) / 2;
  const lag = (1 - (1 - alpha) ** values.length) / alpha;
  return Array.from({ length: horizon }, (_, step) => level + drift * (step + lag));
}

/** Least-squares slope against time 1 … n. */
function slope(values: readonly number[]): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  let covariance = 0;
  let variance = 0;
  values.forEach((value, t) => {
    covariance += (t - middle) * value;
    variance += (t - middle) ** 2;
  });
  return covariance / variance;
}
