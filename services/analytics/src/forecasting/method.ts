/** A regularly spaced series, oldest first. Amounts are in minor units (a float: forecasting is statistics, not book-keeping). */
export interface Series {
  readonly values: readonly number[];
  /** Steps in one season: 12 for months, 4 for quarters. */
  readonly seasonLength: number;
}

/**
 * One way to continue a series. Methods are pure and deterministic: the same series gives the same points, so a stored
 * forecast can be explained later and a combination can run several methods over the same windows.
 */
export interface ForecastMethod {
  /** Stable identifier, stored with each forecast. */
  readonly name: string;
  /** Fewest observations the method can be fitted to. */
  readonly minimumHistory: number;
  /**
   * Point forecasts for steps 1 … horizon after the last observation.
   * @throws RangeError when the series is shorter than `minimumHistory`: callers decide that before they get here.
   */
  forecast(series: Series, horizon: number): number[];
}

/** Guards a method's precondition in one place. */
export function requireHistory(method: ForecastMethod, series: Series): void {
  if (series.values.length < method.minimumHistory) {
    throw new RangeError(`${method.name} needs ${method.minimumHistory} observations, got ${series.values.length}`);
  }
}
