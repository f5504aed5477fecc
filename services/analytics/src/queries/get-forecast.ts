import { notFound } from '@finflow/chassis/errors';
import type { StoredForecast } from '../domain/forecast.ts';
import type { AnalyticsParts } from '../parts.ts';
import { ForecastSchema } from '../store/forecasts.ts';

/** @throws DomainError NOT_FOUND `FORECAST_NOT_FOUND`, also for another organization's */
export async function getForecast(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
  id: string,
): Promise<StoredForecast> {
  const forecast = await database.tenant(organizationId, (tx) => tx.findOneBy(ForecastSchema, { organizationId, id }));
  if (forecast === null) throw notFound('FORECAST_NOT_FOUND', 'There is no forecast with this id.', 'id');
  return forecast;
}
