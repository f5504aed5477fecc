import type { Routes } from '@angular/router';

export const settingsRoutes: Routes = [
  { path: '', title: 'Settings', loadComponent: () => import('./settings.ts').then((m) => m.Settings) },
];
