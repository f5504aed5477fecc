import type { Interceptor } from '@connectrpc/connect';
import { unauthenticated } from '../../errors.ts';
import { callerKey, type TokenVerifier } from '../../identity.ts';
import { policyOf } from '../policy.ts';

/**
 * Finds out who is asking. A public method does not look at the token at all: an expired one must not keep anybody
 * from logging in. Throws UNAUTHENTICATED with TOKEN_MISSING, TOKEN_EXPIRED or TOKEN_INVALID.
 */
export function authenticate(verifier: TokenVerifier): Interceptor {
  return (next) => async (req) => {
    if (policyOf(req.method).access !== 'PUBLIC') {
      const token = bearerToken(req.header.get('authorization'));
      req.contextValues.set(callerKey, verifier.remembered(token) ?? (await verifier.verify(token)));
    }
    return next(req);
  };
}

function bearerToken(header: string | null): string {
  if (header === null) {
    throw unauthenticated(
      'TOKEN_MISSING',
      'An access token is required, in the header: authorization: Bearer <access token>.',
    );
  }
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) {
    throw unauthenticated('TOKEN_INVALID', 'The authorization header must read: Bearer <access token>.');
  }
  return token;
}
