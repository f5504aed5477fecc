import type { Series } from '../forecasting/method.ts';
import type { Random } from './random.ts';

/**
 * A made-up monthly business series in minor units: level, trend, season, noise and now and then an outlier.
 * `kind` 'flow' crosses zero, as a net cash flow does.
 */
export function generateSeries(random: Random, months: number, kind: 'revenue' | 'flow'): Series {
  const level = 1_000_000 * Math.exp(0.8 * random.normal());
  const trend = level * 0.01 * random.normal();
  const strength = 0.3 * random.next();
  const season = Array.from({ length: 12 }, () => strength * random.normal());
  const noise = 0.05 + 0.15 * random.next();
  let drift = 0;
  const values = Array.from({ length: months }, (_, month) => {
    drift += 0.02 * random.normal();
    const shape = 1 + (season[month % 12] ?? 0) + drift + noise * random.normal();
    const outlier = random.chance(0.02) ? 1 + random.next() : 1;
    const value = (level + trend * month) * shape * outlier;
    return Math.round(kind === 'flow' ? value - level : Math.max(0, value));
  });
  return { values, seasonLength: 12 };
}
