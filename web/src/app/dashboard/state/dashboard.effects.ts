import { DOCUMENT } from '@angular/common';
import { inject } from '@angular/core';
import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type { CallOptions } from '@connectrpc/connect';
import type { GetDashboardResponse } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { type Forecast, ForecastType } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { mapResponse } from '@ngrx/operators';
import { catchError, distinctUntilChanged, EMPTY, exhaustMap, filter, startWith, switchMap, timer } from 'rxjs';
import { call } from '../../api/call.ts';
import { NOW } from '../../api/now.ts';
import { toProblem } from '../../api/problem.ts';
import { addMonths } from '../../dates/calendar.ts';
import { expect } from '../../state/expect.ts';
import { historyMonths } from '../figures.ts';
import { DashboardClient, ForecastClient } from './clients.ts';
import {
  DashboardApiActions,
  DashboardPageActions,
  type DashboardRange,
  type ForecastAnswer,
  type ForecastOrder,
} from './dashboard.actions.ts';

// The figures follow what is booked by events: what was just done arrives within the second, what others do now and then.
const soonMs = 1_000;
const everyMs = 20_000;

export const load = createEffect(
  (actions$ = inject(Actions), dashboards = inject(DashboardClient), document = inject(DOCUMENT)) => {
    const read = (range: DashboardRange) => call((options) => dashboards.getDashboard(range, options));

    // A look that fails changes nothing: the next one may not, and what is shown was true when it was read.
    const follow = (range: DashboardRange, shown: GetDashboardResponse) =>
      timer(soonMs, everyMs).pipe(
        filter(() => document.visibilityState === 'visible'),
        exhaustMap(() => read(range).pipe(catchError(() => EMPTY))),
        startWith(shown),
        distinctUntilChanged((before, now) => isSame(before.updatedAt, now.updatedAt)),
      );

    return actions$.pipe(
      ofType(DashboardPageActions.opened, DashboardPageActions.closed),
      switchMap((action) => {
        if (!('range' in action)) return EMPTY;
        const { range } = action;
        return read(range).pipe(
          switchMap((dashboard) => follow(range, dashboard)),
          mapResponse({
            next: (dashboard) => DashboardApiActions.loaded({ dashboard }),
            error: (thrown) => DashboardApiActions.failed({ problem: toProblem(thrown) }),
          }),
        );
      }),
    );
  },
  { functional: true },
);

function isSame(a: Timestamp | undefined, b: Timestamp | undefined): boolean {
  return a?.seconds === b?.seconds && a?.nanos === b?.nanos;
}

/** Months ahead that the dashboard shows. */
export const forecastMonths = 6;
// A forecast of this month's start is made of whole months before it, so within a day it hardly ever changes.
const freshMs = 24 * 3_600_000;
// What CreateForecast refuses less than, and the most months GetDashboard tells of. Asking only to be refused would be
// an error in the console of every new company; e2e/test/browser-journey.test.ts holds both against the service.
const monthsNeeded = 12;
const mostMonths = 60;

export const forecast = createEffect(
  (
    actions$ = inject(Actions),
    dashboards = inject(DashboardClient),
    forecasts = inject(ForecastClient),
    now = inject(NOW),
  ) => {
    const isFresh = (latest: Forecast, order: ForecastOrder) =>
      latest.startDate.startsWith(order.startMonth) &&
      latest.forecast.length === forecastMonths &&
      now() - (latest.createdAt ? timestampMs(latest.createdAt) : 0) < freshMs;

    const latestOf = async ({ currencyCode }: ForecastOrder, options: CallOptions) => {
      const wanted = { pageSize: 1, forecastTypes: [ForecastType.CASHFLOW], currencyCode };
      return (await forecasts.listForecasts(wanted, options)).forecasts[0];
    };

    const historyOf = async ({ currencyCode, startMonth }: ForecastOrder, options: CallOptions) => {
      const range = { fromMonth: addMonths(startMonth, -mostMonths), toMonth: addMonths(startMonth, -1), currencyCode };
      return historyMonths((await dashboards.getDashboard(range, options)).months);
    };

    const make = async ({ currencyCode, startMonth, requestId }: ForecastOrder, options: CallOptions) => {
      const request = {
        forecastType: ForecastType.CASHFLOW,
        startDate: `${startMonth}-01`,
        periods: forecastMonths,
        currencyCode,
        requestId,
      };
      return expect((await forecasts.createForecast(request, options)).forecast, 'forecast');
    };

    const obtain = async (order: ForecastOrder, options: CallOptions): Promise<ForecastAnswer> => {
      const latest = await latestOf(order, options);
      if (latest && (!order.mayMake || isFresh(latest, order))) return { kind: 'made', forecast: latest };
      const months = await historyOf(order, options);
      if (months < monthsNeeded) return { kind: 'tooShort', months, monthsNeeded };
      return order.mayMake ? { kind: 'made', forecast: await make(order, options) } : { kind: 'notMade' };
    };

    return actions$.pipe(
      ofType(DashboardPageActions.forecastWanted),
      switchMap(({ order }) =>
        call((options) => obtain(order, options)).pipe(
          mapResponse({
            next: (answer) => DashboardApiActions.forecastLoaded({ answer }),
            error: (thrown) => DashboardApiActions.forecastFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    );
  },
  { functional: true },
);
