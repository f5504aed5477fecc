import { loadCategoryModel } from './categorization/load-model.ts';
import type { CategoryModel, Subject } from './categorization/model.ts';
import { type Prediction, predictionOf } from './categorization/prediction.ts';
import { type Forecast, makeForecast } from './forecasting/forecast.ts';
import type { Series } from './forecasting/method.ts';
import { methodNamed } from './forecasting/methods.ts';
import { readStatement } from './statements/read-statement.ts';
import type { Statement, StatementFormat, StatementProblem } from './statements/statement.ts';

/**
 * What runs on worker threads: everything that would hold up the event loop. The exports are named after what they do
 * and take plain data, because functions and classes don't cross threads.
 */

export interface ForecastTask {
  readonly method: string;
  readonly series: Series;
  readonly lead: number;
  readonly periods: number;
}

export function forecast({ method, series, lead, periods }: ForecastTask): Forecast {
  return makeForecast(methodNamed(method), series, lead, periods);
}

// Loaded at the first use and kept as long as the thread lives.
let model: CategoryModel | undefined;

export function predict(subjects: readonly Subject[]): Prediction[] {
  model ??= loadCategoryModel();
  const loaded = model;
  return subjects.map((subject) => predictionOf(loaded, subject));
}

export interface StatementTask {
  readonly csv: Uint8Array;
  readonly format: StatementFormat;
}

export function parseStatement({ csv, format }: StatementTask): Statement | StatementProblem {
  return readStatement(csv, format);
}
