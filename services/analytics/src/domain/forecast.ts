/** What is forecast. Revenue and expense as amounts above zero, cash flow as what comes in less what goes out. */
export type ForecastType = 'revenue' | 'expense' | 'cashflow';

/** A forecast as it was given. Amounts in minor units, one a month from `startDate` on. */
export interface StoredForecast {
  readonly organizationId: string;
  readonly id: string;
  readonly userId: string;
  readonly forecastType: ForecastType;
  readonly currency: string;
  /** First day of the first month. */
  readonly startDate: string;
  readonly periods: number;
  readonly method: string;
  readonly historyMonths: number;
  readonly historySource: 'books' | 'caller';
  readonly amounts: readonly bigint[];
  readonly lower80: readonly bigint[];
  readonly upper80: readonly bigint[];
  readonly lower95: readonly bigint[];
  readonly upper95: readonly bigint[];
  readonly mase: number;
  readonly naiveMase: number;
  /** 0–1. */
  readonly coverage80: number;
  readonly coverage95: number;
  readonly windows: number;
  readonly sentence: string;
  readonly createdAt: Date;
}

/** As far back as a forecast looks, in months. A mistyped century would otherwise make a series of mostly zeros. */
export const LONGEST_HISTORY_MONTHS = 600;

/**
 * A year: fewer months hold neither every season nor enough windows for the backtest that a forecast must carry.
 */
export const MONTHS_NEEDED = 12;
