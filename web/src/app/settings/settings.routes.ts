import type { Routes } from '@angular/router';
import { askBeforeLeaving } from '../forms/unsaved-work.ts';

export const settingsRoutes: Routes = [
  {
    path: '',
    title: 'Settings',
    canDeactivate: [askBeforeLeaving],
    loadComponent: () => import('./settings.ts').then((m) => m.Settings),
  },
];
