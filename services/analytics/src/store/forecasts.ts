import {
  bigintTransformer,
  dateColumn,
  instantColumn,
  integerColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { StoredForecast } from '../domain/forecast.ts';

/** `bigint[]`, an array of bigint in code. */
const minorUnits = (name: string): EntitySchemaColumnOptions => ({
  name,
  type: 'bigint',
  array: true,
  transformer: {
    to: (values: readonly bigint[]) => values.map((value) => bigintTransformer.to(value)),
    from: (values: readonly string[]) => values.map((value) => bigintTransformer.from(value)),
  },
});

const ratio = (name?: string): EntitySchemaColumnOptions => ({ type: 'double precision', ...(name && { name }) });

export const ForecastSchema = new EntitySchema<StoredForecast>({
  name: 'forecast',
  tableName: 'forecasts',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    userId: uuidColumn(),
    forecastType: textColumn(),
    currency: textColumn(),
    startDate: dateColumn(),
    periods: integerColumn(),
    method: textColumn(),
    historyMonths: integerColumn(),
    historySource: textColumn(),
    amounts: minorUnits('amounts'),
    lower80: minorUnits('lower_80'),
    upper80: minorUnits('upper_80'),
    lower95: minorUnits('lower_95'),
    upper95: minorUnits('upper_95'),
    mase: ratio(),
    naiveMase: ratio(),
    coverage80: ratio('coverage_80'),
    coverage95: ratio('coverage_95'),
    windows: integerColumn(),
    sentence: textColumn(),
    createdAt: instantColumn(),
  },
});

export async function insertForecast(tx: EntityManager, forecast: StoredForecast): Promise<void> {
  await tx.insert(ForecastSchema, { ...forecast });
}
