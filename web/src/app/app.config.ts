import {
  type ApplicationConfig,
  inject,
  provideBrowserGlobalErrorListeners,
  provideEnvironmentInitializer,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
  withNavigationErrorHandler,
} from '@angular/router';
import { provideEffects } from '@ngrx/effects';
import { provideState, provideStore } from '@ngrx/store';
import { provideApi } from './api/provide-api.ts';
import { routes } from './app.routes.ts';
import * as authEffects from './auth/state/auth.effects.ts';
import { authFeature } from './auth/state/auth.feature.ts';
import { forgetOnSignOut } from './auth/state/forget.ts';
import * as sessionEffects from './auth/state/session.effects.ts';
import { Appearance } from './shell/appearance.ts';
import { prepareForLostPages, recoverLostPage } from './shell/lost-page.ts';
import { PageTitle } from './shell/page-title.ts';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withNavigationErrorHandler(recoverLostPage),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    provideApi(),
    provideStore({}, { metaReducers: [forgetOnSignOut] }),
    provideState(authFeature),
    provideEffects(authEffects, sessionEffects),
    provideEnvironmentInitializer(() => inject(Appearance).follow()),
    provideEnvironmentInitializer(prepareForLostPages),
    { provide: TitleStrategy, useExisting: PageTitle },
  ],
};
