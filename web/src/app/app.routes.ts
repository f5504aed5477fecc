import type { Routes } from '@angular/router';
import { signedIn, signedOut } from './auth/guards.ts';
import { part } from './shell/part.ts';

/** The app's pages. An area's own routes, state and effects load when it is first opened. */
export const routes: Routes = [
  {
    path: 'login',
    title: 'Sign in',
    canActivate: [signedOut],
    loadComponent: part(() => import('./auth/login/login.ts').then((m) => m.Login)),
  },
  {
    path: 'register',
    title: 'Create your account',
    canActivate: [signedOut],
    loadComponent: part(() => import('./auth/register/register.ts').then((m) => m.Register)),
  },
  {
    path: '',
    canMatch: [signedIn],
    loadComponent: part(() => import('./shell/shell.ts').then((m) => m.Shell)),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'dashboard' },
      {
        path: 'dashboard',
        loadChildren: part(() => import('./dashboard/dashboard.routes.ts').then((m) => m.dashboardRoutes)),
      },
      {
        path: 'invoices',
        loadChildren: part(() => import('./invoices/invoices.routes.ts').then((m) => m.invoicesRoutes)),
      },
      {
        path: 'payments',
        loadChildren: part(() => import('./payments/payments.routes.ts').then((m) => m.paymentsRoutes)),
      },
      {
        path: 'settings',
        loadChildren: part(() => import('./settings/settings.routes.ts').then((m) => m.settingsRoutes)),
      },
      {
        path: '**',
        title: 'Not found',
        loadComponent: part(() => import('./not-found/not-found.ts').then((m) => m.NotFound)),
      },
    ],
  },
];
