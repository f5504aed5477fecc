import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { hashOf, newSecret } from '../credentials/secret-token.ts';
import type { Membership } from '../domain/membership.ts';
import type { AuthParts, Origin } from '../parts.ts';
import { memberships } from '../store/organizations.ts';
import { refreshTokens, sessions } from '../store/sessions.ts';

/** What signing in and refreshing give. */
export interface SignedIn {
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

const dayMs = 86_400_000;

/** When a session opened then and used now ends unless it is refreshed before. */
export function sessionExpiry({ clock, limits }: AuthParts, openedAt = clock.now()): Date {
  const idleEndMs = clock.now().getTime() + limits.SESSION_IDLE_DAYS * dayMs;
  return new Date(Math.min(idleEndMs, openedAt.getTime() + limits.SESSION_MAX_DAYS * dayMs));
}

/** Stores a new session of the person and gives its id. */
export async function openSession(
  tx: EntityManager,
  parts: AuthParts,
  session: { userId: string; organizationId: string | undefined; origin: Origin },
): Promise<string> {
  const now = parts.clock.now();
  const id = newId();
  await tx.insert(sessions, {
    id,
    userId: session.userId,
    organizationId: session.organizationId ?? null,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: sessionExpiry(parts),
    revokedAt: null,
    userAgent: session.origin.userAgent.slice(0, 256),
    address: session.origin.address,
  });
  return id;
}

/** Stores a new refresh token of the session (its hash) and gives the secret. */
export async function issueRefreshToken(tx: EntityManager, parts: AuthParts, sessionId: string): Promise<string> {
  const secret = newSecret();
  await tx.insert(refreshTokens, { tokenHash: hashOf(secret), sessionId, createdAt: parts.clock.now(), usedAt: null });
  return secret;
}

/** The membership to act in: the one asked for, or the oldest; undefined when there is none. */
export async function membershipToActIn(
  tx: EntityManager,
  userId: string,
  organizationId: string | undefined,
): Promise<Membership | undefined> {
  const found = await tx.findOne(memberships, {
    where: organizationId ? { userId, organizationId } : { userId },
    order: { joinedAt: 'ASC', organizationId: 'ASC' },
  });
  return found ?? undefined;
}
