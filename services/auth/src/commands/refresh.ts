import { unauthenticated } from '@finflow/chassis/errors';
import type { EntityManager } from 'typeorm';
import { hashOf } from '../credentials/secret-token.ts';
import type { AuthParts } from '../parts.ts';
import { refreshTokens, type SessionRow, sessions } from '../store/sessions.ts';
import { users } from '../store/users.ts';
import { notAMember, subjectOf } from './login.ts';
import { issueRefreshToken, membershipToActIn, type SignedIn, sessionExpiry } from './open-session.ts';

export interface RefreshInput {
  readonly refreshToken: string;
  /** The organization to act in from now on; the session's own when left out. */
  readonly organizationId: string | undefined;
  readonly address: string;
}

/**
 * Exchanges a refresh token for new tokens. A token used before ends its whole session: either its owner or a thief
 * holds a copy, and nobody can tell which.
 *
 * @throws DomainError UNAUTHENTICATED `INVALID_REFRESH_TOKEN`; PERMISSION_DENIED `NOT_A_MEMBER`
 */
export async function refresh(
  parts: AuthParts,
  { refreshToken, organizationId, address }: RefreshInput,
): Promise<SignedIn> {
  const tokenHash = hashOf(refreshToken);
  const mint = await parts.accessTokens.minter();
  const exchanged = await parts.database.system(async (tx) => {
    const session = await spend(tx, parts, tokenHash);
    // Undefined commits: the revocation that a reused token causes must stand.
    if (!session) return undefined;
    const user = await tx.findOneByOrFail(users, { id: session.userId });
    if (user.deactivatedAt) return undefined;
    const membership = await membershipToActIn(tx, user.id, organizationId ?? session.organizationId ?? undefined);
    // A switch that is refused must not cost the session: the throw gives the token back unspent.
    if (organizationId && !membership) throw notAMember();
    const elsewhere = membership ?? (await membershipToActIn(tx, user.id, undefined));
    const refreshExpiresAt = sessionExpiry(parts, session.createdAt);
    await tx.update(
      sessions,
      { id: session.id },
      {
        lastUsedAt: parts.clock.now(),
        expiresAt: refreshExpiresAt,
        address,
        organizationId: elsewhere?.organizationId ?? null,
      },
    );
    const next = await issueRefreshToken(tx, parts, session.id);
    // Before the commit: a client that got no answer would try again with a token that is spent, and lose the session.
    const token = await mint(subjectOf(user, session.id, elsewhere));
    return { ...token, refreshToken: next, refreshExpiresAt };
  });
  if (!exchanged) throw invalidRefreshToken();
  return exchanged;
}

/** Marks the token used and gives its live session; the conditional update lets one of two at once through. */
async function spend(tx: EntityManager, { clock }: AuthParts, tokenHash: Buffer): Promise<SessionRow | undefined> {
  const now = clock.now();
  const { affected } = await tx
    .createQueryBuilder()
    .update(refreshTokens)
    .set({ usedAt: now })
    .where('token_hash = :tokenHash and used_at is null', { tokenHash })
    .execute();
  const token = await tx.findOneBy(refreshTokens, { tokenHash });
  if (!token) return undefined;
  if (affected !== 1) {
    await tx.query('update sessions set revoked_at = $2 where id = $1 and revoked_at is null', [token.sessionId, now]);
    return undefined;
  }
  // Locked: whoever revokes it has been here before us, or comes after and finds what we issue.
  const session = await tx.findOneOrFail(sessions, {
    where: { id: token.sessionId },
    lock: { mode: 'pessimistic_write' },
  });
  return session.revokedAt || session.expiresAt <= now ? undefined : session;
}

export function invalidRefreshToken() {
  return unauthenticated('INVALID_REFRESH_TOKEN', 'The session has ended; sign in again.');
}
