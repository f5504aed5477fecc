import type { Routes } from '@angular/router';
import { part } from '../shell/part.ts';
import { paymentsProviders } from './payments.providers.ts';

export const paymentsRoutes: Routes = [
  {
    path: '',
    providers: paymentsProviders,
    children: [
      {
        path: '',
        title: 'Payments',
        loadComponent: part(() => import('./list/payments-list.ts').then((m) => m.PaymentsList)),
      },
      {
        path: ':id',
        title: 'Payment',
        loadComponent: part(() => import('./detail/payment-detail.ts').then((m) => m.PaymentDetail)),
      },
    ],
  },
];
