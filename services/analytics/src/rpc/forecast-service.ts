import { create } from '@bufbuild/protobuf';
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { awaitBooks } from '@finflow/chassis/rpc/await-books';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import {
  type Forecast,
  ForecastPointSchema,
  ForecastSchema,
  ForecastService,
  ForecastType as WireForecastType,
} from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { createForecast } from '../commands/create-forecast.ts';
import type { ForecastType, StoredForecast } from '../domain/forecast.ts';
import { addMonths, firstDay, lastDay, monthOf } from '../forecasting/months.ts';
import type { AnalyticsParts } from '../parts.ts';
import { getForecast } from '../queries/get-forecast.ts';
import { listForecasts } from '../queries/list-forecasts.ts';
import { wireMoney } from './wire.ts';

const DEFAULT_PERIODS = 3;
const CONFIDENCE_LEVEL = 0.8;

const toWireType: Readonly<Record<ForecastType, WireForecastType>> = {
  revenue: WireForecastType.REVENUE,
  expense: WireForecastType.EXPENSE,
  cashflow: WireForecastType.CASHFLOW,
};

export function forecastService(parts: AnalyticsParts): ServedService {
  const served = serve(ForecastService, {
    async createForecast(request, handler) {
      const forecast = await createForecast(
        parts,
        memberOf(handler),
        {
          forecastType: fromWireType(request.forecastType),
          startDate: request.startDate,
          periods: request.periods ?? DEFAULT_PERIODS,
          history: request.historicalData.map(({ date, amount }) => ({
            date,
            amountMinor: amount?.amountMinor ?? 0n,
            currency: amount?.currencyCode ?? '',
          })),
          currency: request.currencyCode,
        },
        requestKey(ForecastService.method.createForecast, request),
        handler.signal,
      );
      return { forecast: toWire(forecast) };
    },

    async getForecast({ id }, handler) {
      return { forecast: toWire(await getForecast(parts, memberOf(handler).organizationId, id)) };
    },

    async listForecasts(request, handler) {
      const { organizationId } = memberOf(handler);
      const filter = {
        forecastTypes: request.forecastTypes.map(fromWireType),
        currency: request.currencyCode,
        createdFrom: instant(request.createdFrom),
        createdUntil: instant(request.createdUntil),
      };
      const { forecasts, ...page } = await listForecasts(parts, organizationId, filter, request);
      return { ...page, forecasts: forecasts.map(toWire) };
    },
  });
  return awaitBooks(served);
}

function fromWireType(type: WireForecastType): ForecastType {
  switch (type) {
    case WireForecastType.REVENUE:
      return 'revenue';
    case WireForecastType.EXPENSE:
      return 'expense';
    default:
      return 'cashflow';
  }
}

function instant(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp && timestampDate(timestamp);
}

function toWire(forecast: StoredForecast): Forecast {
  const { currency, periods } = forecast;
  const firstMonth = monthOf(forecast.startDate);
  const at = (amounts: readonly bigint[], index: number) => wireMoney(currency, amounts[index] ?? 0n);
  return create(ForecastSchema, {
    id: forecast.id,
    userId: forecast.userId,
    organizationId: forecast.organizationId,
    forecastType: toWireType[forecast.forecastType],
    startDate: forecast.startDate,
    endDate: lastDay(addMonths(firstMonth, periods - 1)),
    currencyCode: currency,
    forecast: forecast.amounts.map((_, index) =>
      create(ForecastPointSchema, {
        date: firstDay(addMonths(firstMonth, index)),
        amount: at(forecast.amounts, index),
        lowerBound: at(forecast.lower80, index),
        upperBound: at(forecast.upper80, index),
        lowerBound95: at(forecast.lower95, index),
        upperBound95: at(forecast.upper95, index),
      }),
    ),
    method: forecast.method,
    confidenceLevel: CONFIDENCE_LEVEL,
    backtest: {
      mase: forecast.mase,
      coverage: forecast.coverage80,
      coverage95: forecast.coverage95,
      naiveMase: forecast.naiveMase,
      windows: forecast.windows,
      sentence: forecast.sentence,
    },
    historyMonths: forecast.historyMonths,
    createdAt: timestampFromDate(forecast.createdAt),
  });
}
