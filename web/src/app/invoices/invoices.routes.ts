import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { askBeforeLeaving } from '../forms/unsaved-work.ts';
import { paymentsProviders } from '../payments/payments.providers.ts';
import { part } from '../shell/part.ts';
import * as relatedEffects from './state/invoice-related.effects.ts';
import * as effects from './state/invoices.effects.ts';
import { invoicesFeature } from './state/invoices.feature.ts';

export const invoicesRoutes: Routes = [
  {
    path: '',
    providers: [...paymentsProviders, provideState(invoicesFeature), provideEffects(effects, relatedEffects)],
    children: [
      {
        path: '',
        title: 'Invoices',
        loadComponent: part(() => import('./list/invoices-list.ts').then((m) => m.InvoicesList)),
      },
      {
        path: 'new',
        title: 'New invoice',
        canDeactivate: [askBeforeLeaving],
        loadComponent: part(() => import('./form/invoice-form.ts').then((m) => m.InvoiceForm)),
      },
      {
        path: ':id',
        title: 'Invoice',
        loadComponent: part(() => import('./detail/invoice-detail.ts').then((m) => m.InvoiceDetail)),
      },
    ],
  },
];
