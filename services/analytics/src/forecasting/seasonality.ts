import type { Series } from './method.ts';

/** How a season acts on the level: added to it, or multiplied with it. */
export type SeasonalForm = 'additive' | 'multiplicative';

export interface SeasonalIndices {
  readonly form: SeasonalForm;
  /** One index a season position; position 0 is the series' first observation. */
  readonly indices: readonly number[];
}

const ONE_SIDED_95 = 1.645;
/** A multiplicative index this close to zero would blow the adjusted series up. */
const SMALLEST_RATIO = 0.01;

/**
 * The seasonality test of the Theta method: the autocorrelation at the season's lag against Bartlett's limit at 90 %
 * (Assimakopoulos & Nikolopoulos 2000, §3; Fiorucci et al. 2016, §2.1).
 * Needs two whole seasons; a shorter series is taken as not seasonal.
 */
export function isSeasonal({ values, seasonLength }: Series): boolean {
  const n = values.length;
  if (seasonLength < 2 || n < 2 * seasonLength) return false;
  const correlations = autocorrelations(values, seasonLength);
  const atSeason = correlations[seasonLength - 1] ?? 0;
  const before = correlations.slice(0, -1).reduce((sum, r) => sum + r * r, 0);
  return Math.abs(atSeason) > ONE_SIDED_95 * Math.sqrt((1 + 2 * before) / n);
}

/**
 * Classical decomposition: indices are the mean deviation (or ratio) from the centred moving average.
 * Multiplicative for strictly positive series; additive when an amount is zero or negative, as cash flows are.
 */
export function seasonalIndices(series: Series): SeasonalIndices {
  if (series.values.every((value) => value > 0)) {
    const indices = indicesOf(series, 'multiplicative');
    if (indices.every((index) => index > SMALLEST_RATIO)) return { form: 'multiplicative', indices };
  }
  return { form: 'additive', indices: indicesOf(series, 'additive') };
}

/** Takes the season out. */
export function adjust(values: readonly number[], { form, indices }: SeasonalIndices): number[] {
  return values.map((value, t) => {
    const index = at(indices, t);
    return form === 'multiplicative' ? value / index : value - index;
  });
}

/** Puts the season back on forecasts whose first step follows observation `start − 1`. */
export function reseason(points: readonly number[], { form, indices }: SeasonalIndices, start: number): number[] {
  return points.map((point, step) => {
    const index = at(indices, start + step);
    return form === 'multiplicative' ? point * index : point + index;
  });
}

function indicesOf({ values, seasonLength }: Series, form: SeasonalForm): number[] {
  const sums = new Array<number>(seasonLength).fill(0);
  const counts = new Array<number>(seasonLength).fill(0);
  centredMovingAverage(values, seasonLength).forEach((average, t) => {
    if (average === undefined) return;
    const value = values[t] ?? 0;
    const position = t % seasonLength;
    sums[position] = (sums[position] ?? 0) + (form === 'multiplicative' ? value / average : value - average);
    counts[position] = (counts[position] ?? 0) + 1;
  });
  const raw = sums.map((sum, position) => sum / Math.max(1, counts[position] ?? 0));
  const mean = raw.reduce((sum, index) => sum + index, 0) / seasonLength;
  return raw.map((index) => (form === 'multiplicative' ? index / mean : index - mean));
}

/** 2×m average for an even season, m for an odd one; undefined where the window leaves the series. */
function centredMovingAverage(values: readonly number[], m: number): (number | undefined)[] {
  const half = Math.floor(m / 2);
  return values.map((_, t) => {
    if (t < half || t + half >= values.length) return undefined;
    let sum = 0;
    for (let offset = -half; offset <= half; offset++) {
      const weight = m % 2 === 0 && Math.abs(offset) === half ? 0.5 : 1;
      sum += weight * (values[t + offset] ?? 0);
    }
    return sum / m;
  });
}

function autocorrelations(values: readonly number[], lags: number): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const variance = centred.reduce((sum, value) => sum + value * value, 0);
  if (variance === 0) return new Array<number>(lags).fill(0);
  return Array.from({ length: lags }, (_, index) => {
    const lag = index + 1;
    let sum = 0;
    for (let t = lag; t < centred.length; t++) sum += (centred[t] ?? 0) * (centred[t - lag] ?? 0);
    return sum / variance;
  });
}

function at(indices: readonly number[], t: number): number {
  return indices[t % indices.length] ?? 0;
}
