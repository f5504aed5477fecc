import { violatedConstraint } from '@finflow/chassis/database/sql-state';
import { aborted, alreadyExists, failedPrecondition, invalidArgument, notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { derivedId, newId } from '@finflow/chassis/ids';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { OrganizationRole } from '@finflow/chassis/roles';
import type { EntityManager } from 'typeorm';
import { assertUncommon } from '../credentials/common-passwords.ts';
import { hashOf } from '../credentials/secret-token.ts';
import { mayChange } from '../domain/membership.ts';
import { networkOf } from '../domain/network.ts';
import { userCreated } from '../events/published.ts';
import type { AuthParts } from '../parts.ts';
import { type InvitationRow, invitations } from '../store/invitations.ts';
import { memberships, organizations, presentRole } from '../store/organizations.ts';
import { type UserRow, users } from '../store/users.ts';
import { assertSamePassword } from './assert-same-password.ts';

export interface Accepted {
  readonly userId: string;
  readonly email: string;
  readonly organizationId: string;
  readonly role: OrganizationRole;
  /** Whether the account was made now. */
  readonly isNewcomer: boolean;
}

/**
 * Makes the invited person a member, and an account for somebody who has none.
 *
 * @param input.key its request id is kept under the token: a person without an account has no room of their own
 * @throws DomainError NOT_FOUND `INVITATION_NOT_FOUND`; INVALID_ARGUMENT `PASSWORD_REQUIRED`, `PASSWORD_TOO_COMMON`;
 * ALREADY_EXISTS `ALREADY_A_MEMBER`; FAILED_PRECONDITION `ACCOUNT_DEACTIVATED`; RESOURCE_EXHAUSTED `TOO_MANY_ATTEMPTS`
 */
export async function acceptInvitation(
  parts: AuthParts,
  input: { token: string; password: string; address: string; key: RequestKey | undefined },
): Promise<Accepted> {
  const { database, attempts, limits, hasher } = parts;
  const address = `invitation:address:${networkOf(input.address)}`;
  await attempts.count(address, limits.FAILURES_PER_ADDRESS);
  const tokenHash = hashOf(input.token);
  const passwordHash = (await isForNewcomer(parts, tokenHash))
    ? await passwordHashFor(input.password, hasher)
    : undefined;
  let isRepeat = true;
  try {
    const accepted = await database.system((tx) =>
      once(tx, derivedId('invitation', tokenHash), input.key, () => {
        isRepeat = false;
        return accept(tx, parts, tokenHash, passwordHash);
      }),
    );
    if (isRepeat && accepted.isNewcomer) await assertSamePassword(parts, accepted.userId, input.password);
    await attempts.forgive(address);
    return accepted;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === 'memberships_pkey') throw alreadyAMember();
    // Registered between our look and our insert: the next try finds the account.
    if (constraint === 'users_email_unique')
      throw aborted('CONCURRENT_CHANGE', 'The account was made just now; try again.');
    throw error;
  }
}

/** Whether the invited person has no account; then their password counts. */
async function isForNewcomer({ database }: AuthParts, tokenHash: Buffer): Promise<boolean> {
  return await database.system(async (tx) => {
    const invitation = await tx.findOneBy(invitations, { tokenHash });
    return invitation !== null && !(await tx.existsBy(users, { email: invitation.email }));
  });
}

async function passwordHashFor(password: string, hasher: AuthParts['hasher']): Promise<string | undefined> {
  if (!password) return undefined;
  await assertUncommon(password);
  return await hasher.hash(password);
}

async function accept(
  tx: EntityManager,
  parts: AuthParts,
  tokenHash: Buffer,
  passwordHash: string | undefined,
): Promise<Accepted> {
  const now = parts.clock.now();
  // Deleting claims it: of two who accept at once, one finds nothing.
  const [invitation] = await deleteReturning(tx, tokenHash);
  if (!invitation || invitation.expiresAt <= now || !(await isStillMeant(tx, invitation))) {
    throw notFound('INVITATION_NOT_FOUND', 'This invitation is not open any more; ask for a new one.', 'token');
  }
  const { organizationId, email, role } = invitation;
  const known = await tx.findOneBy(users, { email });
  if (known?.deactivatedAt) {
    throw failedPrecondition('ACCOUNT_DEACTIVATED', 'The account with this email is deactivated.');
  }
  const user = known ?? (await makeUser(tx, email, passwordHash, now));
  await tx.insert(memberships, { organizationId, userId: user.id, role, joinedAt: now });
  if (!known) {
    // Locked, like every aggregate whose event is written: its settings cannot change between this look and the commit.
    const organization = await tx.findOneOrFail(organizations, {
      where: { organizationId },
      lock: { mode: 'pessimistic_read' },
    });
    await appendEvents(tx, [userCreated(user, organization)]);
  }
  return { userId: user.id, email, organizationId, role, isNewcomer: !known };
}

/** An invitation is worth what its sender may give now: who was removed must not come back by a token kept aside. */
async function isStillMeant(tx: EntityManager, { organizationId, invitedBy, role }: InvitationRow): Promise<boolean> {
  return mayChange(await presentRole(tx, organizationId, invitedBy), role);
}

async function deleteReturning(tx: EntityManager, tokenHash: Buffer): Promise<InvitationRow[]> {
  const { raw } = await tx
    .createQueryBuilder()
    .delete()
    .from(invitations)
    .where('token_hash = :tokenHash', { tokenHash })
    .returning('organization_id as "organizationId", email, role, invited_by as "invitedBy", expires_at as "expiresAt"')
    .execute();
  return raw as InvitationRow[];
}

async function makeUser(
  tx: EntityManager,
  email: string,
  passwordHash: string | undefined,
  now: Date,
): Promise<UserRow> {
  if (!passwordHash) {
    throw invalidArgument(
      'PASSWORD_REQUIRED',
      'password',
      'choose a password: there is no account with this email yet',
    );
  }
  const user: UserRow = {
    id: newId(),
    email,
    passwordHash,
    platformRole: 'USER',
    createdAt: now,
    updatedAt: now,
    deactivatedAt: null,
  };
  await tx.insert(users, user);
  return user;
}

function alreadyAMember() {
  return alreadyExists('ALREADY_A_MEMBER', 'You are a member of this organization already.');
}
