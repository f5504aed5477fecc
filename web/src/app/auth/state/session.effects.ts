import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { Code } from '@connectrpc/connect';
import { Actions, createEffect, ofType, ROOT_EFFECTS_INIT } from '@ngrx/effects';
import { mapResponse } from '@ngrx/operators';
import { Store } from '@ngrx/store';
import { exhaustMap, filter, from, map, of, tap, withLatestFrom } from 'rxjs';
import { toProblem } from '../../api/problem.ts';
import { Session } from '../../api/session.ts';
import { AuthApiActions, AuthPageActions, SessionActions } from './auth.actions.ts';
import { authFeature } from './auth.feature.ts';
import { ProfileLoader } from './profile.ts';
import { SessionHint } from './session-hint.ts';

export const start = createEffect(
  (actions$ = inject(Actions)) =>
    actions$.pipe(
      ofType(ROOT_EFFECTS_INIT, AuthPageActions.reconnectClicked, SessionActions.openedElsewhere),
      map(() => SessionActions.started()),
    ),
  { functional: true },
);

export const restore = createEffect(
  (
    actions$ = inject(Actions),
    session = inject(Session),
    hint = inject(SessionHint),
    profile = inject(ProfileLoader),
  ) => {
    const resume = async () => {
      await session.renew(undefined);
      return profile.load();
    };
    return actions$.pipe(
      ofType(SessionActions.started),
      exhaustMap(() => {
        if (!hint.present()) return of(SessionActions.absent());
        return from(resume()).pipe(
          mapResponse({
            next: (profile) => SessionActions.restored({ profile }),
            error: (thrown) => {
              const problem = toProblem(thrown);
              const over = problem.code === Code.Unauthenticated || problem.code === Code.PermissionDenied;
              if (!over) return SessionActions.unreachable({ problem });
              hint.clear();
              return SessionActions.absent();
            },
          }),
        );
      }),
    );
  },
  { functional: true },
);

// A session that was never open (the cookie had expired before the first page) is absent, not ended.
export const end = createEffect(
  (session = inject(Session), store = inject(Store), hint = inject(SessionHint)) =>
    session.ended.pipe(
      withLatestFrom(store.select(authFeature.selectStatus)),
      filter(([, status]) => status === 'signedIn'),
      tap(() => hint.clear()),
      map(() => SessionActions.ended()),
    ),
  { functional: true },
);

export const followOtherTabs = createEffect(
  (hint = inject(SessionHint), session = inject(Session), store = inject(Store)) =>
    hint.changedElsewhere.pipe(
      withLatestFrom(store.select(authFeature.selectStatus)),
      filter(([opened, status]) => (opened ? status === 'signedOut' : status === 'signedIn')),
      map(([opened]) => {
        if (opened) return SessionActions.openedElsewhere();
        session.drop();
        return SessionActions.signedOut();
      }),
    ),
  { functional: true },
);

export const enter = createEffect(
  (actions$ = inject(Actions), router = inject(Router)) =>
    actions$.pipe(
      ofType(AuthApiActions.signedIn, SessionActions.restored),
      // Restored while a page for members is being opened: its guard goes on by itself.
      filter(({ type }) => type === AuthApiActions.signedIn.type || /^\/(login|register)/.test(router.url)),
      tap(() => {
        const to = router.parseUrl(router.url).queryParamMap.get('returnTo');
        // Only a path of ours: `//elsewhere` would lead out.
        void router.navigateByUrl(to && /^\/(?!\/)/.test(to) ? to : '/');
      }),
    ),
  { functional: true, dispatch: false },
);

export const leave = createEffect(
  (actions$ = inject(Actions), router = inject(Router)) =>
    actions$.pipe(
      ofType(SessionActions.signedOut, SessionActions.ended),
      tap(({ type }) => {
        const returnTo = type === SessionActions.ended.type ? { returnTo: router.url } : {};
        void router.navigate(['/login'], { queryParams: returnTo });
      }),
    ),
  { functional: true, dispatch: false },
);
