import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { part } from '../shell/part.ts';
import * as effects from './state/dashboard.effects.ts';
import { dashboardFeature } from './state/dashboard.feature.ts';

export const dashboardRoutes: Routes = [
  {
    path: '',
    title: 'Dashboard',
    providers: [provideState(dashboardFeature), provideEffects({ load: effects.load, forecast: effects.forecast })],
    loadComponent: part(() => import('./dashboard.ts').then((m) => m.Dashboard)),
  },
];
