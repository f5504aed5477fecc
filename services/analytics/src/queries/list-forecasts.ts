import { applyListing, type ListRequest, parseListing, toPage } from '@finflow/chassis/paging';
import type { ForecastType, StoredForecast } from '../domain/forecast.ts';
import type { AnalyticsParts } from '../parts.ts';
import { ForecastSchema } from '../store/forecasts.ts';

/** Filters combine with AND; an empty or undefined one lets everything through. */
export interface ForecastFilter {
  readonly forecastTypes: readonly ForecastType[];
  readonly currency: string;
  readonly createdFrom: Date | undefined;
  /** Not included. */
  readonly createdUntil: Date | undefined;
}

export interface ForecastPage {
  readonly forecasts: StoredForecast[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/** @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY` */
export async function listForecasts(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
  filter: ForecastFilter,
  request: ListRequest,
): Promise<ForecastPage> {
  const listing = parseListing<StoredForecast>(request, {
    allowed: {
      created_at: { sql: 'forecast.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
      start_date: { sql: 'forecast.startDate', type: 'date', value: ({ startDate }) => startDate },
    },
    tieBreaker: { sql: 'forecast.id', type: 'uuid', value: ({ id }) => id },
    defaultOrder: 'created_at desc',
    filters: filter,
  });
  return await database.tenant(organizationId, async (tx) => {
    const query = tx.createQueryBuilder(ForecastSchema, 'forecast').where('true');
    const { forecastTypes, currency, createdFrom, createdUntil } = filter;
    if (forecastTypes.length > 0) query.andWhere('forecast.forecastType = any(:forecastTypes)', { forecastTypes });
    if (currency !== '') query.andWhere('forecast.currency = :currency', { currency });
    if (createdFrom) query.andWhere('forecast.createdAt >= :createdFrom', { createdFrom });
    if (createdUntil) query.andWhere('forecast.createdAt < :createdUntil', { createdUntil });
    const totalSize = await query.getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(query, listing).getMany());
    return { forecasts: rows, nextPageToken, totalSize };
  });
}
