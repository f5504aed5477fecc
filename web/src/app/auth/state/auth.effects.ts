import { inject } from '@angular/core';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { mapResponse } from '@ngrx/operators';
import { exhaustMap, from, map, tap } from 'rxjs';
import { AuthClient, OrganizationClient } from '../../api/clients.ts';
import { toProblem } from '../../api/problem.ts';
import { Session } from '../../api/session.ts';
import { expect } from '../../state/expect.ts';
import { Notices } from '../../ui/notices.ts';
import { AuthApiActions, AuthPageActions, SessionActions } from './auth.actions.ts';
import { ProfileLoader } from './profile.ts';
import { SessionHint } from './session-hint.ts';

export const register = createEffect(
  (actions$ = inject(Actions), auth = inject(AuthClient)) =>
    actions$.pipe(
      ofType(AuthPageActions.registrationSubmitted),
      exhaustMap(({ registration, requestId }) =>
        from(auth.register({ ...registration, requestId })).pipe(
          mapResponse({
            next: () => AuthApiActions.registered({ email: registration.email, password: registration.password }),
            error: (thrown) => AuthApiActions.registrationFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const signIn = createEffect(
  (
    actions$ = inject(Actions),
    auth = inject(AuthClient),
    session = inject(Session),
    hint = inject(SessionHint),
    profile = inject(ProfileLoader),
  ) => {
    const enter = async (email: string, password: string) => {
      session.accept(await auth.login({ email, password, useCookie: true }));
      hint.set();
      return profile.load();
    };
    return actions$.pipe(
      ofType(AuthPageActions.signInSubmitted, AuthApiActions.registered),
      exhaustMap(({ email, password }) =>
        from(enter(email, password)).pipe(
          mapResponse({
            next: (profile) => AuthApiActions.signedIn({ profile }),
            error: (thrown) => AuthApiActions.signInFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    );
  },
  { functional: true },
);

export const signOut = createEffect(
  (actions$ = inject(Actions), auth = inject(AuthClient), session = inject(Session), hint = inject(SessionHint)) => {
    // The person leaves whether or not the server can be told; a session it was not told of expires by itself.
    const leave = () => {
      session.drop();
      hint.clear();
    };
    return actions$.pipe(
      ofType(AuthPageActions.signOutClicked),
      exhaustMap(() => from(auth.logout({}).catch(() => undefined)).pipe(tap(leave))),
      map(() => SessionActions.signedOut()),
    );
  },
  { functional: true },
);

export const updateOrganization = createEffect(
  (actions$ = inject(Actions), organizations = inject(OrganizationClient)) =>
    actions$.pipe(
      ofType(AuthPageActions.organizationSubmitted),
      exhaustMap(({ change, requestId }) =>
        from(organizations.updateOrganization({ ...change, requestId })).pipe(
          mapResponse({
            next: ({ organization }) =>
              AuthApiActions.organizationUpdated({ organization: expect(organization, 'organization') }),
            error: (thrown) => AuthApiActions.organizationUpdateFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const announce = createEffect(
  (actions$ = inject(Actions), notices = inject(Notices)) =>
    actions$.pipe(
      ofType(AuthApiActions.organizationUpdated),
      tap(() => notices.say('Organization saved.')),
    ),
  { functional: true, dispatch: false },
);
