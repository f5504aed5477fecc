import { notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Caller } from '@finflow/chassis/identity';
import type { AuthParts } from '../parts.ts';
import { sessions } from '../store/sessions.ts';

/**
 * Ends one of the caller's own sessions.
 *
 * @throws DomainError NOT_FOUND `SESSION_NOT_FOUND`
 */
export async function revokeSession(
  { database, clock }: AuthParts,
  caller: Caller,
  sessionId: string,
  key: RequestKey | undefined,
): Promise<void> {
  await database.system((tx) =>
    // Sessions belong to a person, not to an organization, and so does the request id.
    once(tx, caller.userId, key, async () => {
      const session = await tx.findOneBy(sessions, { id: sessionId, userId: caller.userId });
      if (!session) throw notFound('SESSION_NOT_FOUND', 'You have no session with this id.', 'id');
      if (!session.revokedAt) await tx.update(sessions, { id: sessionId }, { revokedAt: clock.now() });
      return null;
    }),
  );
}
