import { inject } from '@angular/core';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Forecast, ForecastType } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { mapResponse } from '@ngrx/operators';
import { switchMap } from 'rxjs';
import { call } from '../../api/call.ts';
import { NOW } from '../../api/now.ts';
import { toProblem } from '../../api/problem.ts';
import { expect } from '../../state/expect.ts';
import { DashboardClient, ForecastClient } from './clients.ts';
import { DashboardApiActions, DashboardPageActions, type ForecastOrder } from './dashboard.actions.ts';

export const load = createEffect(
  (actions$ = inject(Actions), dashboards = inject(DashboardClient)) =>
    actions$.pipe(
      ofType(DashboardPageActions.opened),
      switchMap(({ range }) =>
        call((options) => dashboards.getDashboard(range, options)).pipe(
          mapResponse({
            next: (dashboard) => DashboardApiActions.loaded({ dashboard }),
            error: (thrown) => DashboardApiActions.failed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

/** Months ahead that the dashboard shows. */
export const forecastMonths = 6;
// A forecast of this month's start is made of whole months before it, so within a day it hardly ever changes.
const freshMs = 24 * 3_600_000;

export const forecast = createEffect(
  (actions$ = inject(Actions), forecasts = inject(ForecastClient), now = inject(NOW)) => {
    const isFresh = (latest: Forecast, order: ForecastOrder) =>
      latest.startDate.startsWith(order.startMonth) &&
      latest.forecast.length === forecastMonths &&
      now() - (latest.createdAt ? timestampMs(latest.createdAt) : 0) < freshMs;

    const obtain = async (order: ForecastOrder, options: { signal: AbortSignal }): Promise<Forecast | null> => {
      const { currencyCode, startMonth, mayMake, requestId } = order;
      const page = await forecasts.listForecasts(
        { pageSize: 1, forecastTypes: [ForecastType.CASHFLOW], currencyCode },
        options,
      );
      const latest = page.forecasts[0] ?? null;
      if (!mayMake || (latest && isFresh(latest, order))) return latest;
      const { forecast } = await forecasts.createForecast(
        {
          forecastType: ForecastType.CASHFLOW,
          startDate: `${startMonth}-01`,
          periods: forecastMonths,
          currencyCode,
          requestId,
        },
        options,
      );
      return expect(forecast, 'forecast');
    };

    return actions$.pipe(
      ofType(DashboardPageActions.forecastWanted),
      switchMap(({ order }) =>
        call((options) => obtain(order, options)).pipe(
          mapResponse({
            next: (forecast) => DashboardApiActions.forecastLoaded({ forecast }),
            error: (thrown) => DashboardApiActions.forecastFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    );
  },
  { functional: true },
);
