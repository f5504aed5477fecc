import type { GetMeResponse } from '@finflow/proto/finflow/auth/v1/auth_pb';
import type { Organization } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { createActionGroup, emptyProps, props } from '@ngrx/store';
import type { Problem } from '../../api/problem.ts';

/** Who is signed in and where: what every page may need to know. */
export interface Profile {
  readonly me: GetMeResponse;
  /** Absent for a person who belongs to no organization. */
  readonly organization: Organization | null;
}

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly organizationName: string;
  readonly currencyCode: string;
  readonly timeZone: string;
}

export interface OrganizationChange {
  readonly name: string;
  readonly timeZone: string;
}

/** What a person did on the sign-in, registration and settings pages. */
export const AuthPageActions = createActionGroup({
  source: 'Auth Page',
  events: {
    Opened: emptyProps(),
    'Sign In Submitted': props<{ email: string; password: string }>(),
    'Registration Submitted': props<{ registration: Registration; requestId: string }>(),
    'Sign Out Clicked': emptyProps(),
    'Reconnect Clicked': emptyProps(),
    'Organization Submitted': props<{ change: OrganizationChange; requestId: string }>(),
  },
});

/** What the auth service answered. */
export const AuthApiActions = createActionGroup({
  source: 'Auth API',
  events: {
    Registered: props<{ email: string; password: string }>(),
    'Registration Failed': props<{ problem: Problem }>(),
    'Signed In': props<{ profile: Profile }>(),
    'Sign In Failed': props<{ problem: Problem }>(),
    'Organization Updated': props<{ organization: Organization }>(),
    'Organization Update Failed': props<{ problem: Problem }>(),
  },
});

/** What became of the session itself, in this tab or another. */
export const SessionActions = createActionGroup({
  source: 'Session',
  events: {
    Started: emptyProps(),
    Restored: props<{ profile: Profile }>(),
    /** Nobody is signed in. */
    Absent: emptyProps(),
    /** Whether anybody is signed in could not be found out. */
    Unreachable: props<{ problem: Problem }>(),
    'Signed Out': emptyProps(),
    /** The server ended it: expired, revoked or signed out elsewhere. */
    Ended: emptyProps(),
    'Opened Elsewhere': emptyProps(),
  },
});
