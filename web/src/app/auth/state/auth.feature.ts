import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { createFeature, createReducer, createSelector, on } from '@ngrx/store';
import type { Problem } from '../../api/problem.ts';
import { AuthApiActions, AuthPageActions, type Profile, SessionActions } from './auth.actions.ts';

export interface AuthState {
  readonly status: 'unknown' | 'signedOut' | 'signedIn' | 'unreachable';
  readonly profile: Profile | null;
  readonly pending: 'signIn' | 'register' | 'signOut' | 'organization' | null;
  readonly problem: Problem | null;
  /** True after the server ended a session: the sign-in page says why it is shown. */
  readonly ended: boolean;
}

const initialState: AuthState = { status: 'unknown', profile: null, pending: null, problem: null, ended: false };
const signedOut: AuthState = { ...initialState, status: 'signedOut' };

export const authFeature = createFeature({
  name: 'auth',
  reducer: createReducer(
    initialState,
    on(AuthPageActions.opened, (state): AuthState => ({ ...state, problem: null })),
    on(AuthPageActions.signInSubmitted, (state): AuthState => ({ ...state, pending: 'signIn', problem: null })),
    on(AuthPageActions.registrationSubmitted, (state): AuthState => ({ ...state, pending: 'register', problem: null })),
    on(AuthPageActions.signOutClicked, (state): AuthState => ({ ...state, pending: 'signOut' })),
    on(
      AuthPageActions.organizationSubmitted,
      (state): AuthState => ({ ...state, pending: 'organization', problem: null }),
    ),
    on(
      AuthApiActions.registrationFailed,
      AuthApiActions.signInFailed,
      AuthApiActions.organizationUpdateFailed,
      (state, { problem }): AuthState => ({ ...state, pending: null, problem }),
    ),
    on(
      AuthApiActions.signedIn,
      SessionActions.restored,
      (_, { profile }): AuthState => ({ ...initialState, status: 'signedIn', profile }),
    ),
    on(
      AuthApiActions.organizationUpdated,
      (state, { organization }): AuthState => ({
        ...state,
        pending: null,
        problem: null,
        profile: state.profile && { ...state.profile, organization },
      }),
    ),
    on(AuthPageActions.reconnectClicked, (): AuthState => initialState),
    on(
      SessionActions.unreachable,
      (_, { problem }): AuthState => ({ ...initialState, status: 'unreachable', problem }),
    ),
    on(SessionActions.absent, SessionActions.signedOut, (): AuthState => signedOut),
    on(SessionActions.ended, (): AuthState => ({ ...signedOut, ended: true })),
  ),
  extraSelectors: ({ selectProfile }) => {
    const selectOrganization = createSelector(selectProfile, (profile) => profile?.organization ?? null);
    const selectRole = createSelector(
      selectProfile,
      (profile) => profile?.me.organizationRole ?? OrganizationRole.UNSPECIFIED,
    );
    return {
      selectMe: createSelector(selectProfile, (profile) => profile?.me ?? null),
      selectOrganization,
      selectCurrencyCode: createSelector(selectOrganization, (organization) => organization?.currencyCode || 'USD'),
      selectTimeZone: createSelector(selectOrganization, (organization) => organization?.timeZone || 'UTC'),
      /** Whether the person may invoice, charge and refund. */
      selectCanOperate: createSelector(selectRole, (role) => role >= OrganizationRole.ACCOUNTANT),
      /** Whether the person may change the organization's settings. */
      selectCanAdminister: createSelector(selectRole, (role) => role >= OrganizationRole.ADMIN),
    };
  },
});
