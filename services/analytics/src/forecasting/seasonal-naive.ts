import { type ForecastMethod, requireHistory } from './method.ts';

/**
 * The yardstick: what the same step of the last season was. While there is no such step, the last observation.
 * A method that does not beat this has learnt nothing (Hyndman & Koehler 2006).
 */
export const seasonalNaive: ForecastMethod = {
  name: 'seasonal_naive',
  minimumHistory: 1,
  forecast(series, horizon) {
    requireHistory(seasonalNaive, series);
    const { values, seasonLength } = series;
    const season = values.length < seasonLength ? 1 : seasonLength;
    const last = values.slice(values.length - season);
    return Array.from({ length: horizon }, (_, step) => last[step % season] ?? 0);
  },
};
