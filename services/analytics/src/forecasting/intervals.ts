import type { Window } from './backtest.ts';

/** Half of an interval's width, per step; the interval is point ± width. */
export type HalfWidths = readonly number[];

/** Windows below which a step has no error statistic of its own. */
export const FEWEST_ERRORS = 3;

/**
 * Both bands of a forecast. A conformal 80 % rank and a Student 95 % quantile come from different statistics; the wider
 * claim must stay wider.
 */
export function bands(windows: readonly Window[], horizon: number): { widths80: HalfWidths; widths95: HalfWidths } {
  const widths80 = halfWidths(windows, horizon, 0.8);
  const widths95 = halfWidths(windows, horizon, 0.95).map((width, step) => Math.max(width, widths80[step] ?? 0));
  return { widths80, widths95 };
}

/**
 * Split-conformal half widths from the method's own backtest errors: the ⌈(k + 1) · level⌉-th smallest of the k absolute
 * errors at each step, which covers with probability ≥ level when errors are exchangeable (Vovk et al. 2005; Lei et al.,
 * JASA 113 (2018) 1094–1111). Where k is too small to hold that rank (below 4 for 80 %, 19 for 95 %), the normal
 * assumption with Student's quantile takes its place. Steps never observed grow with the square root of time, as a
 * random walk's do. Widths never shrink with distance.
 */
export function halfWidths(windows: readonly Window[], horizon: number, level: number): HalfWidths {
  const widths: number[] = [];
  let observedSteps = 0;
  let last = 0;
  for (let step = 0; step < horizon; step++) {
    const errors = errorsAt(windows, step);
    if (errors.length >= FEWEST_ERRORS || step === 0) {
      last = Math.max(last, widthOf(errors, level));
      observedSteps = step + 1;
      widths.push(last);
    } else {
      widths.push(last * Math.sqrt((step + 1) / observedSteps));
    }
  }
  return widths;
}

/** Absolute errors at one step (0-based), smallest first. */
function errorsAt(windows: readonly Window[], step: number): number[] {
  return windows
    .map((window) => window.errors[step])
    .filter((error) => error !== undefined)
    .map(Math.abs)
    .sort((a, b) => a - b);
}

function widthOf(errors: readonly number[], level: number): number {
  const rank = Math.ceil((errors.length + 1) * level);
  if (rank <= errors.length) return errors[rank - 1] ?? 0;
  const meanSquare = errors.reduce((sum, error) => sum + error * error, 0) / Math.max(1, errors.length);
  return studentQuantile(level, errors.length) * Math.sqrt(meanSquare);
}

/**
 * Two-sided Student quantile by the Cornish–Fisher expansion around the normal one (Abramowitz & Stegun 26.7.5); within
 * 2 % from 3 degrees of freedom up.
 */
export function studentQuantile(level: number, degrees: number): number {
  const z = level >= 0.95 ? 1.959964 : 1.281552;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + g1 / degrees + g2 / degrees ** 2 + g3 / degrees ** 3;
}
