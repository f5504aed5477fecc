import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { provideEchartsCore } from 'ngx-echarts';
import * as effects from './state/dashboard.effects.ts';
import { dashboardFeature } from './state/dashboard.feature.ts';

export const dashboardRoutes: Routes = [
  {
    path: '',
    title: 'Dashboard',
    providers: [
      provideState(dashboardFeature),
      provideEffects({ load: effects.load, forecast: effects.forecast }),
      // ECharts is bigger than the rest of the app, so it loads beside the figures, not before them.
      provideEchartsCore({ echarts: () => import('../charts/echarts.ts').then((m) => m.default) }),
    ],
    loadComponent: () => import('./dashboard.ts').then((m) => m.Dashboard),
  },
];
