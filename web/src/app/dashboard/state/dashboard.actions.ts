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

/** A forecast, or why there is none yet. */
export type ForecastAnswer =
  | { readonly kind: 'made'; readonly forecast: Forecast }
  /** The books hold fewer whole months of cash flow than a forecast needs. */
  | { readonly kind: 'tooShort'; readonly months: number; readonly monthsNeeded: number }
  /** Nobody who may has had one made. */
  | { readonly kind: 'notMade' };

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
    'Forecast Loaded': props<{ answer: ForecastAnswer }>(),
    'Forecast Failed': props<{ problem: Problem }>(),
  },
});
