import { hashOf } from '../credentials/secret-token.ts';
import type { AuthParts } from '../parts.ts';

/** Ends the session a refresh token belongs to; a token that is no longer good is as logged out as can be. */
export async function logout({ database, clock }: AuthParts, refreshToken: string): Promise<void> {
  await database.system((tx) =>
    tx.query(
      `update sessions set revoked_at = $2
       where revoked_at is null and id = (select session_id from refresh_tokens where token_hash = $1)`,
      [hashOf(refreshToken), clock.now()],
    ),
  );
}
