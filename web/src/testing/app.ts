import type { EnvironmentProviders, Provider, Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type CanDeactivateFn, provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { ConnectRouter } from '@connectrpc/connect';
import { provideEffects } from '@ngrx/effects';
import { provideState, provideStore, Store } from '@ngrx/store';
import { NOW } from '../app/api/now.ts';
import { Session } from '../app/api/session.ts';
import { type Profile, SessionActions } from '../app/auth/state/auth.actions.ts';
import * as authEffects from '../app/auth/state/auth.effects.ts';
import { authFeature } from '../app/auth/state/auth.feature.ts';
import { forgetOnSignOut } from '../app/auth/state/forget.ts';
import { LOCALE } from '../app/i18n/locale.ts';
import { Notices } from '../app/ui/notices.ts';
import { provideFakeApi } from './fake-api.ts';
import { member } from './member.ts';

/** The time in tests: a Sunday noon in Vienna. */
export const now = Date.parse('2026-03-01T11:00:00Z');

export interface AppOptions {
  readonly page: Type<unknown>;
  /** Where the page lies, such as `invoices/:id`. */
  readonly path: string;
  readonly url: string;
  readonly api: (router: ConnectRouter) => void;
  readonly providers?: (Provider | EnvironmentProviders)[];
  /** Who is signed in; null for nobody. */
  readonly profile?: Profile | null;
  readonly canDeactivate?: CanDeactivateFn<unknown>[];
}

export interface OpenApp {
  readonly router: Router;
  readonly store: Store;
  /** What the app has said at the edge of the window. */
  readonly said: string[];
  /** Ends the session, as the server does, and leads to the sign-in page. */
  readonly endSession: () => Promise<void>;
  readonly signIn: (profile: Profile) => void;
}

/** Opens one page of the app as its address would, over services in memory. */
export async function openApp({
  page,
  path,
  url,
  api,
  providers = [],
  profile = member(),
  canDeactivate = [],
}: AppOptions): Promise<OpenApp> {
  const said: string[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideStore({}, { metaReducers: [forgetOnSignOut] }),
      provideState(authFeature),
      provideEffects(authEffects),
      ...providers,
      provideFakeApi(api),
      provideRouter(
        [
          { path, component: page, canDeactivate },
          { path: '**', children: [] },
        ],
        withComponentInputBinding(),
      ),
      { provide: NOW, useValue: () => now },
      { provide: LOCALE, useValue: 'en-US' },
      { provide: Notices, useValue: { say: (message: string) => said.push(message) } },
    ],
  });
  const store = TestBed.inject(Store);
  const session = TestBed.inject(Session);
  const signIn = (who: Profile) => {
    session.accept({ accessToken: 'token', accessTokenExpiresAt: soon() });
    store.dispatch(SessionActions.restored({ profile: who }));
  };
  if (profile) signIn(profile);
  else store.dispatch(SessionActions.absent());
  await RouterTestingHarness.create(url);
  const router = TestBed.inject(Router);
  const endSession = async () => {
    session.drop();
    store.dispatch(SessionActions.ended());
    await router.navigateByUrl('/login');
  };
  return { router, store, said, signIn, endSession };
}

function soon() {
  return { $typeName: 'google.protobuf.Timestamp' as const, seconds: BigInt(now / 1000 + 600), nanos: 0 };
}
