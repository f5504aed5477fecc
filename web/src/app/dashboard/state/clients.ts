import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { clientOf } from '../../api/clients.ts';

export const DashboardClient = clientOf(DashboardService);
export const ForecastClient = clientOf(ForecastService);
