import type { AuthParts } from '../parts.ts';

/** Sessions stay this long after their end, so that a refresh token used too late is still recognized. */
const keptMs = 7 * 86_400_000;

/** Deletes sessions that ended a week ago, and with them their refresh tokens. */
export async function pruneSessions({ database, clock }: AuthParts): Promise<void> {
  const before = new Date(clock.now().getTime() - keptMs);
  await database.system((tx) => tx.query('delete from sessions where expires_at < $1 or revoked_at < $1', [before]));
}
