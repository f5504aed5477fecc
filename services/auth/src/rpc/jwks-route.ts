import { type HttpRoute, jsonReply } from '@finflow/chassis/rpc/server';
import type { SigningKeys } from '../tokens/signing-keys.ts';

/** The public keys of access tokens, where RFC 8414 metadata customarily points. */
export function jwksRoute(keys: SigningKeys): HttpRoute {
  return {
    method: 'GET',
    path: '/.well-known/jwks.json',
    async handle() {
      return jsonReply(200, await keys.published(), { 'cache-control': 'public, max-age=60' });
    },
  };
}
