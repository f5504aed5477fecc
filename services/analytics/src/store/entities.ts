import { ForecastSchema } from './forecasts.ts';
import { TransactionSchema } from './transactions.ts';

/** Everything the service maps. */
export const entities = [TransactionSchema, ForecastSchema];
