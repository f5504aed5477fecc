import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import * as effects from './state/payments.effects.ts';
import { paymentsFeature } from './state/payments.feature.ts';

/** State and effects of payments, for every area where money is taken. NgRx keeps one of each, however often given. */
export const paymentsProviders = [provideState(paymentsFeature), provideEffects(effects)];
