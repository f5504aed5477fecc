import type { OrganizationRole } from '@finflow/chassis/roles';
import { OrganizationRole as WireRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { type Auth, PASSWORD } from './auth.ts';

/** Somebody with an account and an open session. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly organizationId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

let made = 0;

/** An address nobody has used in this test run. */
export function newEmail(name = 'person'): string {
  made += 1;
  return `${name}.${made}@example.com`;
}

/** Registers somebody with an organization of their own, and signs them in. */
export async function registered(auth: Auth, email = newEmail()): Promise<Person> {
  const { id, organizationId } = await auth.as().auth.register({ email, password: PASSWORD });
  return { id, email, organizationId, ...(await signedIn(auth, email)) };
}

/** Opens a session. */
export async function signedIn(auth: Auth, email: string, organizationId = '') {
  const reply = await auth.as().auth.login({ email, password: PASSWORD, organizationId });
  return { accessToken: reply.accessToken, refreshToken: reply.refreshToken };
}

/** A new person in the inviter's organization, signed in to it. */
export async function member(auth: Auth, inviter: Person, role: OrganizationRole): Promise<Person> {
  const email = newEmail(role.toLowerCase());
  const { token } = await auth.as(inviter.accessToken).organizations.inviteMember({ email, role: WireRole[role] });
  const { userId } = await auth.as().organizations.acceptInvitation({ token, password: PASSWORD });
  const { organizationId } = inviter;
  return { id: userId, email, organizationId, ...(await signedIn(auth, email, organizationId)) };
}

/** A platform administrator, made as on the server. */
export async function administrator(auth: Auth): Promise<Person> {
  const { grantPlatformAdmin } = await import('../../src/commands/grant-platform-admin.ts');
  const person = await registered(auth, newEmail('administrator'));
  await grantPlatformAdmin(auth.service.parts, person.email);
  return { ...person, ...(await signedIn(auth, person.email)) };
}
