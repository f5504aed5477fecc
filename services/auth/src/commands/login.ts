import { permissionDenied, unauthenticated } from '@finflow/chassis/errors';
import { normalizeEmail } from '../domain/email.ts';
import { networkOf } from '../domain/network.ts';
import type { AuthParts, Origin } from '../parts.ts';
import { type UserRow, users } from '../store/users.ts';
import { issueRefreshToken, membershipToActIn, openSession, type SignedIn, sessionExpiry } from './open-session.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The organization to act in; the person's oldest membership when left out. */
  readonly organizationId: string | undefined;
  readonly origin: Origin;
}

/**
 * Opens a session. An unknown email, a wrong password and a deactivated account give the same answer after the same
 * time.
 *
 * @throws DomainError UNAUTHENTICATED `INVALID_CREDENTIALS`; PERMISSION_DENIED `NOT_A_MEMBER`; RESOURCE_EXHAUSTED
 * `TOO_MANY_ATTEMPTS`
 */
export async function login(
  parts: AuthParts,
  { password, organizationId, origin, ...given }: Credentials,
): Promise<SignedIn> {
  const { database, hasher, attempts, limits, accessTokens } = parts;
  const email = normalizeEmail(given.email);
  const [account, address] = [`login:account:${email}`, `login:address:${networkOf(origin.address)}`];
  await attempts.count(address, limits.FAILURES_PER_ADDRESS);
  await attempts.count(account, limits.FAILURES_PER_ACCOUNT);

  const user = await database.system((tx) => tx.findOneBy(users, { email }));
  const matches = await hasher.verify(password, user?.passwordHash);
  if (!user || !matches || user.deactivatedAt) {
    throw invalidCredentials();
  }
  await attempts.forget(account);
  await attempts.forgive(address);

  const mint = await accessTokens.minter();
  const renewedHash = hasher.isOutdated(user.passwordHash) ? await hasher.hash(password) : undefined;
  const { sessionId, membership, refreshToken } = await database.system(async (tx) => {
    // Checking the password took a while. Locked, the account cannot be deactivated between this look and the session
    // that a deactivation would have to end.
    const { deactivatedAt } = await tx.findOneOrFail(users, {
      where: { id: user.id },
      lock: { mode: 'pessimistic_read' },
    });
    if (deactivatedAt) throw invalidCredentials();
    const membership = await membershipToActIn(tx, user.id, organizationId);
    if (organizationId && !membership) throw notAMember();
    if (renewedHash) await tx.update(users, { id: user.id }, { passwordHash: renewedHash });
    const sessionId = await openSession(tx, parts, {
      userId: user.id,
      organizationId: membership?.organizationId,
      origin,
    });
    return { sessionId, membership, refreshToken: await issueRefreshToken(tx, parts, sessionId) };
  });
  const token = await mint(subjectOf(user, sessionId, membership));
  return { ...token, refreshToken, refreshExpiresAt: sessionExpiry(parts) };
}

/** Whom a token of this session speaks for. */
export function subjectOf(user: UserRow, sessionId: string, membership: Awaited<ReturnType<typeof membershipToActIn>>) {
  const organization = membership && { id: membership.organizationId, role: membership.role };
  return { userId: user.id, sessionId, platformRole: user.platformRole, ...(organization && { organization }) };
}

function invalidCredentials() {
  return unauthenticated('INVALID_CREDENTIALS', 'The email or the password is wrong.');
}

export function notAMember() {
  return permissionDenied('NOT_A_MEMBER', 'You are not a member of this organization.', 'organization_id');
}
