import { invitations } from './invitations.ts';
import { memberships, organizations } from './organizations.ts';
import { refreshTokens, sessions } from './sessions.ts';
import { signingKeys } from './signing-keys.ts';
import { users } from './users.ts';

/** Everything TypeORM maps in this service. */
export const entities = [users, organizations, memberships, invitations, sessions, refreshTokens, signingKeys];
