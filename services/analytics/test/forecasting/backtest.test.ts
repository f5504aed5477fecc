import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backtest, continueSeries, meanAbsoluteScaledError, scale } from '../../src/forecasting/backtest.ts';
import { makeForecast } from '../../src/forecasting/forecast.ts';
import { halfWidths, studentQuantile } from '../../src/forecasting/intervals.ts';
import type { ForecastMethod } from '../../src/forecasting/method.ts';
import { describeQuality, naiveIsAsGood } from '../../src/forecasting/quality.ts';
import { seasonalNaive } from '../../src/forecasting/seasonal-naive.ts';
import { theta } from '../../src/forecasting/theta.ts';
import { createRandom } from '../../src/synthetic/random.ts';
import { generateSeries } from '../../src/synthetic/series.ts';

const monthly = (values: readonly number[]) => ({ values, seasonLength: 12 });
const windowOf = (origin: number, ...errors: number[]) => ({ origin, errors });

describe('a rolling-origin backtest', () => {
  test('refits at every origin and never looks past it', () => {
    const lengths: number[] = [];
    const spy: ForecastMethod = {
      name: 'spy',
      minimumHistory: 1,
      forecast: ({ values }, horizon) => {
        lengths.push(values.length);
        return Array(horizon).fill(values.at(-1));
      },
    };
    const windows = backtest(spy, monthly([1, 2, 4, 8, 16, 32, 64, 128, 256]), 2);
    expect(windows.map(({ origin }) => origin)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(lengths).toEqual([3, 4, 5, 6, 7, 8]);
    expect(windows[0]?.errors).toEqual([4, 12]);
    expect(windows.at(-1)?.errors).toEqual([128]);
  });

  test('is bounded to the latest windows of a long series', () => {
    const series = generateSeries(createRandom('long'), 200, 'revenue');
    expect(backtest(seasonalNaive, series, 1)).toHaveLength(36);
  });

  test('scales errors by those of repeating last season', () => {
    const values = Array.from({ length: 24 }, (_, t) => (t < 12 ? 100 : 110));
    expect(scale(monthly(values))).toBe(10);
    expect(meanAbsoluteScaledError([windowOf(20, 5, -15)], monthly(values))).toBe(1);
  });

  test('has a scale where the season repeats exactly, and where nothing changes', () => {
    expect(scale(monthly(Array.from({ length: 36 }, (_, t) => t % 12)))).toBeGreaterThan(0);
    expect(makeForecast(theta, monthly(Array(24).fill(7)), 0, 3).backtest).toMatchObject({ mase: 0, naiveMase: 0 });
  });

  test('keeps points of a series that was never negative above zero', () => {
    const falling = monthly([90, 70, 50, 30, 10, 0]);
    expect(Math.min(...continueSeries(theta, falling, 12))).toBe(0);
    expect(Math.min(...continueSeries(theta, monthly([90, 70, 50, 30, 10, -1]), 12))).toBeLessThan(0);
  });
});

describe('prediction intervals', () => {
  const errors = [1, -2, 3, -4, 5, -6, 7, -8, 9];

  test('are the conformal rank of the absolute errors at each step', () => {
    // ⌈(9 + 1) · 0.8⌉ = 8: the eighth smallest of nine.
    expect(
      halfWidths(
        errors.map((error, origin) => windowOf(origin, error)),
        1,
        0.8,
      ),
    ).toEqual([8]);
  });

  test('fall back to Student’s quantile where the rank does not exist', () => {
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 9);
    const [width] = halfWidths(
      errors.map((error, origin) => windowOf(origin, error)),
      1,
      0.95,
    );
    expect(width).toBeCloseTo(2.262 * rms, 1);
  });

  test('grow with the root of time past what was observed, and never shrink', () => {
    const windows = [windowOf(1, 10, 2), windowOf(2, -10, 2), windowOf(3, 10, 2), windowOf(4, 10, 2)];
    const widths = halfWidths(windows, 8, 0.8);
    expect(widths[0]).toBe(10);
    expect(widths[1]).toBe(10);
    expect(widths[7]).toBeCloseTo(20, 9);
  });

  test.each([
    [0.8, 3, 1.638],
    [0.8, 10, 1.372],
    [0.8, 30, 1.31],
    [0.95, 4, 2.776],
    [0.95, 10, 2.228],
    [0.95, 30, 2.042],
  ])('Student’s quantile at %d with %d degrees of freedom is %d', (level, degrees, expected) => {
    expect(Math.abs(studentQuantile(level, degrees) / expected - 1)).toBeLessThan(0.02);
  });

  test('hold what they promise on series they have not seen', () => {
    const random = createRandom('coverage');
    for (const [months, low80, high80, low95] of [
      // With little history the bands are wide rather than wrong.
      [24, 0.8, 0.95, 0.92],
      [36, 0.78, 0.95, 0.92],
      [72, 0.78, 0.92, 0.92],
    ] as const) {
      let [inside80, inside95, all] = [0, 0, 0];
      for (let round = 0; round < 200; round++) {
        const { values } = generateSeries(random, months + 6, round % 2 === 0 ? 'revenue' : 'flow');
        const { points } = makeForecast(theta, monthly(values.slice(0, months)), 0, 6);
        points.forEach((point, step) => {
          const actual = values[months + step] ?? 0;
          all += 1;
          if (actual >= point.lower80 && actual <= point.upper80) inside80 += 1;
          if (actual >= point.lower95 && actual <= point.upper95) inside95 += 1;
        });
      }
      expect(inside80 / all).toBeGreaterThan(low80);
      expect(inside80 / all).toBeLessThan(high80);
      expect(inside95 / all).toBeGreaterThan(low95);
    }
  });

  test('are ordered around the point, whatever the series', () => {
    const series = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 12, maxLength: 50 });
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1, max: 12 }), (values, lead, periods) => {
        const { points, backtest: summary } = makeForecast(theta, monthly(values), lead, periods);
        expect(points).toHaveLength(periods);
        for (const { amount, lower80, upper80, lower95, upper95 } of points) {
          expect(lower95 <= lower80 && lower80 <= amount && amount <= upper80 && upper80 <= upper95).toBe(true);
        }
        for (const share of [summary.coverage80, summary.coverage95]) expect(share >= 0 && share <= 1).toBe(true);
        expect(summary.coverage95).toBeGreaterThanOrEqual(summary.coverage80);
        expect(Number.isFinite(summary.mase) && Number.isFinite(summary.naiveMase)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('are judged as they are drawn: what the 80 % band holds, the 95 % band holds', () => {
    const zero: ForecastMethod = {
      name: 'zero',
      minimumHistory: 1,
      forecast: (_series, horizon) => Array(horizon).fill(0),
    };
    // Eleven exact months and two wild ones: the conformal 80 % rank is then wider than Student's 95 %.
    const values = [...Array(8).fill(0), ...Array(11).fill(0), 100, 100, 95, 0, 0];
    const { backtest: summary } = makeForecast(zero, monthly(values), 0, 1);
    expect(summary.coverage95).toBeGreaterThanOrEqual(summary.coverage80);
  });

  test('never reach below zero for a series that never did', () => {
    const { points } = makeForecast(theta, monthly([900, 10, 700, 5, 800, 0, 850, 20, 640, 12, 910, 3]), 0, 6);
    expect(points.every(({ lower95 }) => lower95 >= 0)).toBe(true);
  });
});

describe('the sentence about quality', () => {
  const summary = { mase: 0.5, naiveMase: 1, coverage80: 0.83, coverage95: 0.97, windows: 12 };

  test('says by how much the method was closer', () => {
    expect(describeQuality(summary, 36)).toBe(
      'Tested on 12 past months of 36: the method was 50 % closer than repeating the same month of last year; the 80 % band held 83 % of what then happened.',
    );
  });

  test('says when the yardstick is as good or better', () => {
    expect(naiveIsAsGood({ ...summary, naiveMase: 0.5 })).toBe(true);
    expect(describeQuality({ ...summary, naiveMase: 0.5 }, 36)).toContain(
      'repeating the same month of last year was as close, so this forecast is no better than that',
    );
    expect(describeQuality({ ...summary, naiveMase: 0.4 }, 36)).toContain('last year was 20 % closer');
    expect(describeQuality({ ...summary, naiveMase: 0 }, 36)).toContain('last year was exact');
  });

  test('does not speak of last year when there was none', () => {
    expect(describeQuality(summary, 13)).toContain('than repeating an earlier month');
  });

  test('says that a method without an error was exact', () => {
    expect(describeQuality({ ...summary, mase: 0, naiveMase: 0 }, 24)).toContain('the method was exact');
  });
});
