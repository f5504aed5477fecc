import type { AuthParts } from '../parts.ts';

/** Sessions stay this long after their end, so that a refresh token used too late is still recognized. */
const keptMs = 7 * 86_400_000;

/**
 * Deletes sessions that ended a week ago, and with them their refresh tokens.
 *
 * @param batch how many at a time: after a long pause all of them at once would outlast a statement's time
 */
export async function pruneSessions({ database, clock }: AuthParts, batch = 1_000): Promise<void> {
  const before = new Date(clock.now().getTime() - keptMs);
  for (let deleted = batch; deleted === batch; ) {
    [, deleted] = await database.system(
      (tx): Promise<[unknown, number]> =>
        tx.query(
          `delete from sessions where id = any(
           array(select id from sessions where expires_at < $1 or revoked_at < $1 limit $2)
         )`,
          [before, batch],
        ),
    );
  }
}
