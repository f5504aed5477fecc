import type { BacktestSummary } from './forecast.ts';

/** Whether repeating last season would have done as well as the method. */
export function naiveIsAsGood({ mase, naiveMase }: BacktestSummary): boolean {
  return naiveMase <= mase;
}

/**
 * How good the forecast is, in one or two plain sentences for the person who will rely on it.
 * @param months length of the history in months.
 */
export function describeQuality(backtest: BacktestSummary, months: number): string {
  const { windows, coverage80 } = backtest;
  const tested = `Tested on ${windows} past ${windows === 1 ? 'month' : 'months'} of ${months}`;
  const band = `the 80 % band held ${percent(coverage80)} of what then happened.`;
  // In less than two years most windows had no month of last year to repeat; the yardstick was then the month before.
  const yardstick = months < 24 ? 'repeating an earlier month' : 'repeating the same month of last year';
  return `${tested}: ${comparison(backtest, yardstick)}; ${band}`;
}

function comparison(backtest: BacktestSummary, yardstick: string): string {
  const { mase, naiveMase } = backtest;
  if (mase === 0) return 'the method was exact';
  if (naiveIsAsGood(backtest)) {
    const naive = naiveMase === 0 ? 'exact' : percentCloser(naiveMase, mase);
    return `${yardstick} was ${naive}, so this forecast is no better than that`;
  }
  return `the method was ${percentCloser(mase, naiveMase)} than ${yardstick}`;
}

function percentCloser(better: number, worse: number): string {
  const share = percent(1 - better / worse);
  return share === '0 %' ? 'as close' : `${share} closer`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
