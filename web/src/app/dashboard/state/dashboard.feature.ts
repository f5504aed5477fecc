import type { GetDashboardResponse } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { createFeature, createReducer, on } from '@ngrx/store';
import { failed, idle, loaded, loading, type Remote } from '../../state/remote.ts';
import { DashboardApiActions, DashboardPageActions, type ForecastAnswer } from './dashboard.actions.ts';

export interface DashboardState {
  readonly figures: Remote<GetDashboardResponse>;
  readonly forecast: Remote<ForecastAnswer>;
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
      const { data } = state.forecast;
      const same = data?.kind === 'made' && data.forecast.currencyCode === order.currencyCode;
      return { ...state, forecast: loading<ForecastAnswer>(same ? state.forecast : idle) };
    }),
    on(
      DashboardApiActions.forecastLoaded,
      (state, { answer }): DashboardState => ({ ...state, forecast: loaded(answer) }),
    ),
    on(
      DashboardApiActions.forecastFailed,
      (state, { problem }): DashboardState => ({ ...state, forecast: failed(state.forecast, problem) }),
    ),
  ),
});
