import type { GetDashboardResponse } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { Forecast } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { createFeature, createReducer, on } from '@ngrx/store';
import { failed, idle, loaded, loading, type Remote } from '../../state/remote.ts';
import { DashboardApiActions, DashboardPageActions } from './dashboard.actions.ts';

export interface DashboardState {
  readonly figures: Remote<GetDashboardResponse>;
  readonly forecast: Remote<Forecast>;
}

const initialState: DashboardState = { figures: idle, forecast: idle };

export const dashboardFeature = createFeature({
  name: 'dashboard',
  reducer: createReducer(
    initialState,
    on(DashboardPageActions.opened, (state): DashboardState => ({ ...state, figures: loading(state.figures) })),
    on(
      DashboardApiActions.loaded,
      (state, { dashboard }): DashboardState => ({ ...state, figures: loaded(dashboard) }),
    ),
    on(
      DashboardApiActions.failed,
      (state, { problem }): DashboardState => ({ ...state, figures: failed(state.figures, problem) }),
    ),
    on(DashboardPageActions.forecastWanted, (state, { order }): DashboardState => {
      // Another currency's forecast would be drawn on the wrong axis.
      const same = state.forecast.data?.currencyCode === order.currencyCode;
      return { ...state, forecast: loading<Forecast>(same ? state.forecast : idle) };
    }),
    on(
      DashboardApiActions.forecastLoaded,
      (state, { forecast }): DashboardState => ({
        ...state,
        forecast: { status: 'loaded', data: forecast, problem: null },
      }),
    ),
    on(
      DashboardApiActions.forecastFailed,
      (state, { problem }): DashboardState => ({ ...state, forecast: failed(state.forecast, problem) }),
    ),
  ),
});
