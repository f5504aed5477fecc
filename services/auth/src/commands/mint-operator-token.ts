import type { Clock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { type AccessToken, AccessTokens } from '../tokens/access-tokens.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';

/** As long as a long command may take; a service's key verifies for twice that after it stopped signing. */
const LIFETIME_SECONDS = 3_600;

/**
 * Makes a token for commands on the servers, good for an hour. Reached by a command there alone, like the first
 * platform administrator: whoever can run it holds the keys anyway. It speaks for no person and opens no method that a
 * person's token opens.
 *
 * @returns the token and its id, which the services' logs show as the caller's
 */
export async function mintOperatorToken(parts: {
  keys: SigningKeys;
  clock: Clock;
  issuer: string;
  audience: string;
}): Promise<AccessToken & { readonly id: string }> {
  const id = newId();
  const mint = await new AccessTokens({ ...parts, lifetimeSeconds: LIFETIME_SECONDS }).minter();
  return { id, ...(await mint({ userId: id, sessionId: id, platformRole: 'OPERATOR' })) };
}
