import { continueSeries, scale } from '../src/forecasting/backtest.ts';
import { makeForecast } from '../src/forecasting/forecast.ts';
import type { Series } from '../src/forecasting/method.ts';
import { DEFAULT_METHOD, methodNamed } from '../src/forecasting/methods.ts';
import { seasonalNaive } from '../src/forecasting/seasonal-naive.ts';
import { createRandom } from '../src/synthetic/random.ts';
import { generateSeries } from '../src/synthetic/series.ts';
import { type Evaluation, mean, readRows, rounded } from './evaluation.ts';
import { progressBar } from './progress.ts';

/** A series and what followed it. */
interface Case {
  readonly series: Series;
  readonly actual: readonly number[];
}

const GENERATED_SERIES = 300;
const GENERATED_HORIZON = 6;
const method = methodNamed(DEFAULT_METHOD);

/**
 * Accuracy of the forecasts and honesty of their bands on held-back values.
 * @param file CSV with the columns period, train and test, values separated by spaces, NA for a gap
 */
export function evaluateForecast(file: string | undefined): Evaluation {
  const cases = file === undefined ? generatedCases() : readCases(file);
  const usable = cases.filter(({ series }) => series.values.length > method.minimumHistory + 1);
  if (usable.length === 0) throw new Error('no series is long enough to be evaluated');
  const bar = progressBar('forecasting');
  const startedMs = performance.now();
  const results = usable.map((one, index) => {
    if (index % 50 === 49) bar(index + 1, usable.length);
    return judge(one);
  });
  return {
    data: file ?? `${GENERATED_SERIES} generated monthly series`,
    figures: {
      series: usable.length,
      tooShort: cases.length - usable.length,
      mase: rounded(mean(results.map(({ mase }) => mase))),
      naiveMase: rounded(mean(results.map(({ naiveMase }) => naiveMase))),
      smapePercent: rounded(mean(results.map(({ smape }) => smape))),
      coverage80: rounded(mean(results.flatMap(({ inside80 }) => inside80))),
      coverage95: rounded(mean(results.flatMap(({ inside95 }) => inside95))),
      backtestMase: rounded(mean(results.map(({ backtestMase }) => backtestMase))),
      backtestCoverage80: rounded(mean(results.map(({ backtestCoverage }) => backtestCoverage))),
      millisecondsPerSeries: rounded((performance.now() - startedMs) / usable.length),
    },
  };
}

function judge({ series, actual }: Case) {
  const { points, backtest } = makeForecast(method, series, 0, actual.length);
  const naive = continueSeries(seasonalNaive, series, actual.length);
  const steps = actual.flatMap((value, step) => {
    const point = points[step];
    return point === undefined || Number.isNaN(value) ? [] : [{ value, point, naive: naive[step] ?? 0 }];
  });
  const unit = scale(series);
  return {
    mase: mean(steps.map(({ value, point }) => Math.abs(value - point.amount))) / unit,
    naiveMase: mean(steps.map((step) => Math.abs(step.value - step.naive))) / unit,
    smape: mean(steps.map(({ value, point }) => symmetricPercent(value, point.amount))),
    inside80: steps.map(({ value, point }) => (value >= point.lower80 && value <= point.upper80 ? 1 : 0)),
    inside95: steps.map(({ value, point }) => (value >= point.lower95 && value <= point.upper95 ? 1 : 0)),
    backtestMase: backtest.mase,
    backtestCoverage: backtest.coverage80,
  };
}

function symmetricPercent(actual: number, forecast: number): number {
  const size = Math.abs(actual) + Math.abs(forecast);
  return size === 0 ? 0 : (200 * Math.abs(actual - forecast)) / size;
}

function generatedCases(): Case[] {
  const random = createRandom('evaluate/forecast');
  return Array.from({ length: GENERATED_SERIES }, (_, index) => {
    const months = random.integer(24, 72) + GENERATED_HORIZON;
    const { values, seasonLength } = generateSeries(random, months, index % 2 === 0 ? 'revenue' : 'flow');
    const cut = values.length - GENERATED_HORIZON;
    return { series: { values: values.slice(0, cut), seasonLength }, actual: values.slice(cut) };
  });
}

function readCases(file: string): Case[] {
  return readRows(file, ['period', 'train', 'test']).map(({ period, train, test }) => {
    const seasonLength = Number(period);
    return {
      series: { values: fillGaps(numbers(train), seasonLength), seasonLength },
      actual: numbers(test),
    };
  });
}

function numbers(text: string): number[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => (word === 'NA' ? Number.NaN : Number(word)));
}

/** A gap takes the value of the season before, or of the step before: unlike in books, nothing is known of it. */
function fillGaps(values: readonly number[], seasonLength: number): number[] {
  const filled: number[] = [];
  for (const value of values) {
    const stand = filled.at(-seasonLength) ?? filled.at(-1) ?? 0;
    filled.push(Number.isNaN(value) ? stand : value);
  }
  return filled;
}
