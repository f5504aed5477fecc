import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { smooth } from '../../src/forecasting/exponential-smoothing.ts';
import { DEFAULT_METHOD, methodNamed } from '../../src/forecasting/methods.ts';
import { seasonalNaive } from '../../src/forecasting/seasonal-naive.ts';
import { theta } from '../../src/forecasting/theta.ts';
import { createRandom } from '../../src/synthetic/random.ts';

const monthly = (values: readonly number[]) => ({ values, seasonLength: 12 });
/** Finite amounts of the size of a company's month, in minor units. */
const amounts = (minLength: number) => fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength, maxLength: 60 });

/**
 * The method as Assimakopoulos & Nikolopoulos (2000) put it, the long way: the straight line, the line of doubled
 * curvature, each continued, and their mean. Exponential smoothing starts on the series' own fitted first level.
 */
function thetaTheLongWay(values: readonly number[], horizon: number): number[] {
  const n = values.length;
  const meanT = (n + 1) / 2;
  const meanY = values.reduce((sum, y) => sum + y, 0) / n;
  const slope =
    values.reduce((sum, y, i) => sum + (i + 1 - meanT) * (y - meanY), 0) /
    values.reduce((sum, _, i) => sum + (i + 1 - meanT) ** 2, 0);
  const line = (t: number) => meanY + slope * (t - meanT);
  const { alpha } = smooth(values);
  const curved = values.map((y, i) => 2 * y - line(i + 1));
  const start = startingLevel(values, alpha);
  let level = 2 * start - (line(1) - slope + slope);
  for (const value of curved) level += alpha * (value - level);
  // Smoothing a straight line from its own first value: what the closed form subtracts.
  let lineLevel = line(1);
  for (let t = 1; t <= n; t++) lineLevel += alpha * (line(t) - lineLevel);
  const smoothedCurve = 2 * smooth(values).level - lineLevel;
  expect(level).toBeCloseTo(smoothedCurve, 3);
  return Array.from({ length: horizon }, (_, h) => (line(n + h + 1) + smoothedCurve) / 2);
}

/** The first level that minimises the squared one-step errors for a given alpha, by brute least squares. */
function startingLevel(values: readonly number[], alpha: number): number {
  let numerator = 0;
  let denominator = 0;
  let fromData = 0;
  values.forEach((value, t) => {
    const weight = (1 - alpha) ** t;
    numerator += weight * (value - fromData);
    denominator += weight * weight;
    fromData = alpha * value + (1 - alpha) * fromData;
  });
  return numerator / denominator;
}

describe('theta', () => {
  test('continues a constant series by itself', () => {
    expect(theta.forecast(monthly([5, 5, 5, 5, 5]), 3)).toEqual([5, 5, 5]);
  });

  test('continues a straight line close to the line, and never beyond it', () => {
    const line = Array.from({ length: 24 }, (_, t) => 100 + 10 * t);
    const [first = 0, second = 0] = theta.forecast({ values: line, seasonLength: 1 }, 2);
    expect(first).toBeGreaterThan(330);
    expect(first).toBeLessThanOrEqual(340.001);
    // Half the slope of the line is drift: the method damps trends by design.
    expect(second - first).toBeCloseTo(5, 6);
  });

  test('is the mean of the two theta lines', () => {
    const random = createRandom('theta');
    for (let round = 0; round < 20; round++) {
      const values = Array.from({ length: random.integer(6, 23) }, (_, t) => 1000 + 20 * t + 80 * random.normal());
      const expected = thetaTheLongWay(values, 4);
      theta.forecast(monthly(values), 4).forEach((point, h) => {
        expect(Math.abs(point - (expected[h] ?? 0))).toBeLessThan(1e-6 * Math.abs(point));
      });
    }
  });

  test('carries the season on, additive for flows that cross zero', () => {
    const season = [30, -10, -20, 5, 0, 40, -35, 10, -5, 20, -25, -10];
    for (const level of [1000, 0]) {
      const values = Array.from({ length: 48 }, (_, t) => level + 10 * (season[t % 12] ?? 0));
      theta.forecast(monthly(values), 12).forEach((point, h) => {
        expect(point).toBeCloseTo(level + 10 * (season[h] ?? 0), -1.5);
      });
    }
  });

  test('takes a series shorter than two seasons as it is', () => {
    const values = Array.from({ length: 23 }, (_, t) => (t % 12 === 0 ? 1000 : 10));
    const points = theta.forecast(monthly(values), 3);
    expect(Math.max(...points) - Math.min(...points)).toBeLessThan(50);
  });

  test('scales with its unit: cents or dollars make no difference', () => {
    fc.assert(
      fc.property(amounts(5), (values) => {
        const large = theta.forecast(monthly(values.map((value) => value * 100)), 3);
        theta.forecast(monthly(values), 3).forEach((point, h) => {
          expect(Math.abs((large[h] ?? 0) - 100 * point)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(100 * point)) + 1);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('gives finite points, as many as asked for, the same every time', () => {
    fc.assert(
      fc.property(amounts(3), fc.integer({ min: 1, max: 24 }), (values, horizon) => {
        const points = theta.forecast(monthly(values), horizon);
        expect(points).toHaveLength(horizon);
        expect(points.every(Number.isFinite)).toBe(true);
        expect(theta.forecast(monthly([...values]), horizon)).toEqual(points);
      }),
    );
  });

  test('refuses a series shorter than it needs', () => {
    expect(() => theta.forecast(monthly([1, 2]), 1)).toThrow(RangeError);
  });
});

describe('simple exponential smoothing', () => {
  test('follows a random walk closely and a noisy level hardly', () => {
    const random = createRandom('smoothing');
    let position = 0;
    const walk = Array.from({ length: 200 }, () => {
      position += random.normal();
      return position;
    });
    expect(smooth(walk).alpha).toBeGreaterThan(0.8);
    expect(smooth(Array.from({ length: 200 }, () => 50 + random.normal())).alpha).toBeLessThan(0.2);
  });

  test('finds a level and alpha no worse than any on a fine grid', () => {
    const values = [12, 15, 11, 18, 16, 20, 17, 23, 19, 25];
    const errorOf = (alpha: number) => {
      let level = startingLevel(values, alpha);
      return values.reduce((sum, value) => {
        const error = value - level;
        level += alpha * error;
        return sum + error * error;
      }, 0);
    };
    const best = errorOf(smooth(values).alpha);
    for (let alpha = 0.001; alpha < 0.9999; alpha += 0.001) expect(best).toBeLessThanOrEqual(errorOf(alpha) + 1e-9);
  });
});

describe('seasonal naive', () => {
  test('repeats last season', () => {
    const values = Array.from({ length: 14 }, (_, t) => t);
    expect(seasonalNaive.forecast(monthly(values), 13)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 2]);
  });

  test('repeats the last value while no season is over', () => {
    expect(seasonalNaive.forecast(monthly([3, 4, 9]), 2)).toEqual([9, 9]);
  });
});

test('methods are found by name', () => {
  expect(methodNamed(DEFAULT_METHOD)).toBe(theta);
  expect(() => methodNamed('crystal ball')).toThrow(RangeError);
});
