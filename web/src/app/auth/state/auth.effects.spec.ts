import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { Code, ConnectError } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideEffects } from '@ngrx/effects';
import { provideState, provideStore, Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { provideFakeApi, refusal } from '../../../testing/fake-api.ts';
import { Session } from '../../api/session.ts';
import { AuthPageActions } from './auth.actions.ts';
import * as authEffects from './auth.effects.ts';
import { type AuthState, authFeature } from './auth.feature.ts';
import { forgetOnSignOut } from './forget.ts';
import * as sessionEffects from './session.effects.ts';

const hintKey = 'finflow.session';

describe('signing in and out', () => {
  let refuseLogin: ConnectError | undefined;
  let refuseRefresh: ConnectError | undefined;
  let logins: { email: string; useCookie: boolean }[];
  let logouts: number;
  let registrations: { email: string; requestId: string }[];

  beforeEach(() => {
    refuseLogin = undefined;
    refuseRefresh = undefined;
    logins = [];
    logouts = 0;
    registrations = [];
    localStorage.clear();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: '**', children: [] }]),
        provideStore({}, { metaReducers: [forgetOnSignOut] }),
        provideState(authFeature),
        provideEffects(authEffects, sessionEffects),
        provideFakeApi(({ service }) => {
          service(AuthService, {
            register: ({ email, requestId }) => {
              registrations.push({ email, requestId });
              if (email === 'taken@example.com')
                throw refusal(Code.AlreadyExists, 'EMAIL_TAKEN', { fields: { email: 'is taken' } });
              return { id: 'u', email };
            },
            login: ({ email, useCookie }) => {
              logins.push({ email, useCookie });
              if (refuseLogin) throw refuseLogin;
              return { accessToken: 'token' };
            },
            refresh: () => {
              if (refuseRefresh) throw refuseRefresh;
              return { accessToken: 'token' };
            },
            logout: () => {
              logouts += 1;
              return {};
            },
            getMe: () => ({ id: 'u', organizationId: 'o', organizationRole: OrganizationRole.ACCOUNTANT }),
          });
          service(OrganizationService, {
            getOrganization: () => ({
              organization: { id: 'o', name: 'Northwind', currencyCode: 'EUR', timeZone: 'UTC' },
            }),
          });
        }),
      ],
    });
  });

  const store = () => TestBed.inject(Store);
  const until = (holds: (state: AuthState) => boolean) =>
    firstValueFrom(store().select(authFeature.selectAuthState).pipe(filter(holds)));

  it('starts signed out, without asking the server, where nobody signed in before', async () => {
    await until(({ status }) => status === 'signedOut');
    expect(logins).toEqual([]);
  });

  it('signs in with the refresh token in the cookie, and loads who and where', async () => {
    await until(({ status }) => status === 'signedOut');
    store().dispatch(AuthPageActions.signInSubmitted({ email: 'ana@example.com', password: 'x' }));
    const { profile } = await until(({ status }) => status === 'signedIn');
    expect(profile?.organization?.name).toBe('Northwind');
    expect(logins).toEqual([{ email: 'ana@example.com', useCookie: true }]);
    expect(localStorage.getItem(hintKey)).not.toBeNull();
    expect(JSON.stringify(Object.entries(localStorage))).not.toContain('token');
  });

  it('shows why signing in was refused', async () => {
    await until(({ status }) => status === 'signedOut');
    refuseLogin = refusal(Code.Unauthenticated, 'INVALID_CREDENTIALS');
    store().dispatch(AuthPageActions.signInSubmitted({ email: 'ana@example.com', password: 'x' }));
    const { problem, status } = await until((state) => state.problem !== null);
    expect(problem?.reason).toBe('INVALID_CREDENTIALS');
    expect(status).toBe('signedOut');
  });

  it('signs in who has just registered', async () => {
    await until(({ status }) => status === 'signedOut');
    const registration = {
      email: 'new@example.com',
      password: 'x',
      organizationName: '',
      currencyCode: 'USD',
      timeZone: 'UTC',
    };
    store().dispatch(AuthPageActions.registrationSubmitted({ registration, requestId: 'r1' }));
    await until(({ status }) => status === 'signedIn');
    expect(registrations).toEqual([{ email: 'new@example.com', requestId: 'r1' }]);
    expect(logins).toHaveLength(1);
  });

  it('does not sign in whose registration was refused', async () => {
    await until(({ status }) => status === 'signedOut');
    const registration = {
      email: 'taken@example.com',
      password: 'x',
      organizationName: '',
      currencyCode: 'USD',
      timeZone: 'UTC',
    };
    store().dispatch(AuthPageActions.registrationSubmitted({ registration, requestId: 'r1' }));
    const { problem } = await until((state) => state.problem !== null);
    expect(problem?.fields).toEqual({ email: 'Is taken.' });
    expect(logins).toEqual([]);
  });

  it('forgets everything on signing out, even when the server cannot be told', async () => {
    await until(({ status }) => status === 'signedOut');
    store().dispatch(AuthPageActions.signInSubmitted({ email: 'ana@example.com', password: 'x' }));
    await until(({ status }) => status === 'signedIn');
    store().dispatch(AuthPageActions.signOutClicked());
    const state = await until(({ status }) => status === 'signedOut');
    expect(logouts).toBe(1);
    expect(state.profile).toBeNull();
    expect(TestBed.inject(Session).open()).toBe(false);
    expect(localStorage.getItem(hintKey)).toBeNull();
  });

  describe('with a session from before', () => {
    beforeEach(() => localStorage.setItem(hintKey, 'open'));

    it('restores it by the cookie', async () => {
      const { profile } = await until(({ status }) => status === 'signedIn');
      expect(profile?.me.id).toBe('u');
      expect(logins).toEqual([]);
    });

    it('is signed out when the cookie is no longer good', async () => {
      refuseRefresh = refusal(Code.Unauthenticated, 'INVALID_REFRESH_TOKEN');
      const { ended } = await until(({ status }) => status === 'signedOut');
      expect(ended).toBe(false);
      expect(localStorage.getItem(hintKey)).toBeNull();
    });

    it('neither signs out nor in while the server cannot be reached, and tries again on demand', async () => {
      refuseRefresh = new ConnectError('down', Code.Unavailable);
      const { problem } = await until(({ status }) => status === 'unreachable');
      expect(problem?.unreachable).toBe(true);
      expect(localStorage.getItem(hintKey)).not.toBeNull();
      refuseRefresh = undefined;
      store().dispatch(AuthPageActions.reconnectClicked());
      await until(({ status }) => status === 'signedIn');
    });

    it('goes to the sign-in page, remembering the way back, when the server ends it', async () => {
      await until(({ status }) => status === 'signedIn');
      await TestBed.inject(Router).navigateByUrl('/invoices?status=overdue');
      refuseRefresh = refusal(Code.Unauthenticated, 'INVALID_REFRESH_TOKEN');
      await expect(TestBed.inject(Session).renew('token')).rejects.toBeInstanceOf(ConnectError);
      const { ended } = await until(({ status }) => status === 'signedOut');
      expect(ended).toBe(true);
      await firstValueFrom(
        TestBed.inject(Router).events.pipe(filter(() => TestBed.inject(Router).url !== '/invoices?status=overdue')),
      );
      expect(TestBed.inject(Router).parseUrl(TestBed.inject(Router).url).queryParams).toEqual({
        returnTo: '/invoices?status=overdue',
      });
    });

    it('follows another tab that signs out', async () => {
      await until(({ status }) => status === 'signedIn');
      window.dispatchEvent(new StorageEvent('storage', { key: hintKey, newValue: null }));
      await until(({ status }) => status === 'signedOut');
      expect(logouts).toBe(0);
      expect(TestBed.inject(Session).open()).toBe(false);
    });
  });

  it('follows another tab that signs in', async () => {
    await until(({ status }) => status === 'signedOut');
    localStorage.setItem(hintKey, 'open');
    window.dispatchEvent(new StorageEvent('storage', { key: hintKey, newValue: 'open' }));
    await until(({ status }) => status === 'signedIn');
  });
});
