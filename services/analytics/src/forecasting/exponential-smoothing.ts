/** A fitted simple exponential smoothing: one level, moved by a share `alpha` of each surprise. */
export interface Smoothing {
  readonly alpha: number;
  /** Level after the last observation: the forecast for every step ahead. */
  readonly level: number;
}

const MIN_ALPHA = 1e-4;
const MAX_ALPHA = 0.9999;
const GRID = 24;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const REFINEMENTS = 24;

/**
 * Simple exponential smoothing with `alpha` and the first level chosen to minimise the sum of squared one-step errors
 * (Hyndman et al., "Forecasting with Exponential Smoothing", 2008, §2.3).
 */
export function smooth(values: readonly number[]): Smoothing {
  const alpha = minimise((candidate) => smoothWith(values, candidate).squaredError, MIN_ALPHA, MAX_ALPHA);
  return { alpha, level: smoothWith(values, alpha).level };
}

/**
 * The level is linear in its starting value (level_t = a_t + (1 − alpha)^t · start), so the best start has a closed form
 * and only `alpha` has to be searched for.
 */
function smoothWith(values: readonly number[], alpha: number): { level: number; squaredError: number } {
  let fromData = 0;
  let weight = 1;
  let cross = 0;
  let square = 0;
  for (const value of values) {
    cross += weight * (value - fromData);
    square += weight * weight;
    fromData = alpha * value + (1 - alpha) * fromData;
    weight *= 1 - alpha;
  }
  let level = cross / square;
  let squaredError = 0;
  for (const value of values) {
    squaredError += (value - level) ** 2;
    level += alpha * (value - level);
  }
  return { level, squaredError };
}

/** A coarse grid first, because the error has local minima; golden-section search inside the best cell after it. */
function minimise(cost: (x: number) => number, from: number, to: number): number {
  const step = (to - from) / GRID;
  let best = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell <= GRID; cell++) {
    const value = cost(from + cell * step);
    if (value < lowest) {
      lowest = value;
      best = cell;
    }
  }
  let low = from + Math.max(0, best - 1) * step;
  let high = from + Math.min(GRID, best + 1) * step;
  for (let round = 0; round < REFINEMENTS; round++) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (cost(left) <= cost(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}
