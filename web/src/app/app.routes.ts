import type { Routes } from '@angular/router';
import { signedIn, signedOut } from './auth/guards.ts';

/** The app's pages. An area's own routes, state and effects load when it is first opened. */
export const routes: Routes = [
  {
    path: 'login',
    title: 'Sign in',
    canActivate: [signedOut],
    loadComponent: () => import('./auth/login/login.ts').then((m) => m.Login),
  },
  {
    path: 'register',
    title: 'Create your account',
    canActivate: [signedOut],
    loadComponent: () => import('./auth/register/register.ts').then((m) => m.Register),
  },
  {
    path: '',
    canMatch: [signedIn],
    loadComponent: () => import('./shell/shell.ts').then((m) => m.Shell),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'dashboard' },
      {
        path: 'dashboard',
        loadChildren: () => import('./dashboard/dashboard.routes.ts').then((m) => m.dashboardRoutes),
      },
      { path: 'invoices', loadChildren: () => import('./invoices/invoices.routes.ts').then((m) => m.invoicesRoutes) },
      { path: 'payments', loadChildren: () => import('./payments/payments.routes.ts').then((m) => m.paymentsRoutes) },
      { path: 'settings', loadChildren: () => import('./settings/settings.routes.ts').then((m) => m.settingsRoutes) },
      {
        path: '**',
        title: 'Not found',
        loadComponent: () => import('./not-found/not-found.ts').then((m) => m.NotFound),
      },
    ],
  },
];
