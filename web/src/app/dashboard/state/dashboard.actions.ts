import type { GetDashboardResponse } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { Forecast } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { createActionGroup, emptyProps, props } from '@ngrx/store';
import type { Problem } from '../../api/problem.ts';

/** The months and the currency the figures are of. */
export interface DashboardRange {
  /** `YYYY-MM`. */
  readonly fromMonth: string;
  readonly toMonth: string;
  /** Empty: the currency the books use most. */
  readonly currencyCode: string;
}

export interface ForecastOrder {
  readonly currencyCode: string;
  /** First month to forecast, `YYYY-MM`. */
  readonly startMonth: string;
  /** Whether the person may have one made when there is none for this month yet. */
  readonly mayMake: boolean;
  readonly requestId: string;
}

/** What a person did on the dashboard. */
export const DashboardPageActions = createActionGroup({
  source: 'Dashboard Page',
  events: {
    Opened: props<{ range: DashboardRange }>(),
    Closed: emptyProps(),
    'Forecast Wanted': props<{ order: ForecastOrder }>(),
  },
});

/** What the analytics service answered. */
export const DashboardApiActions = createActionGroup({
  source: 'Dashboard API',
  events: {
    Loaded: props<{ dashboard: GetDashboardResponse }>(),
    Failed: props<{ problem: Problem }>(),
    /** Null: there is none, and the person may not make one. */
    'Forecast Loaded': props<{ forecast: Forecast | null }>(),
    'Forecast Failed': props<{ problem: Problem }>(),
  },
});
