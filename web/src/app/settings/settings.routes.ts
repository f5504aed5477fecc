import type { Routes } from '@angular/router';
import { askBeforeLeaving } from '../forms/unsaved-work.ts';
import { part } from '../shell/part.ts';

export const settingsRoutes: Routes = [
  {
    path: '',
    title: 'Settings',
    canDeactivate: [askBeforeLeaving],
    loadComponent: part(() => import('./settings.ts').then((m) => m.Settings)),
  },
];
