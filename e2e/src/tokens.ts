import { systemClock } from '@finflow/chassis/clock';
import { type CryptoKey, decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';

/** Bad tokens, each wrong in exactly one way, and what a service must say to it. */
export const badTokens = {
  'no token': 'UNAUTHENTICATED TOKEN_MISSING',
  'expired token': 'UNAUTHENTICATED TOKEN_EXPIRED',
  'forged key': 'UNAUTHENTICATED TOKEN_INVALID',
  'wrong audience': 'UNAUTHENTICATED TOKEN_INVALID',
  'wrong issuer': 'UNAUTHENTICATED TOKEN_INVALID',
  'no signature': 'UNAUTHENTICATED TOKEN_INVALID',
} as const;
export type BadToken = keyof typeof badTokens;

/** Makes tokens by changing a good one; all but the forged are signed by the platform's own key. */
export class TokenMint {
  readonly #key: SigningKey;
  readonly #forger: CryptoKey;

  private constructor(key: SigningKey, forger: CryptoKey) {
    this.#key = key;
    this.#forger = forger;
  }

  static async with(key: SigningKey): Promise<TokenMint> {
    const { privateKey } = await generateKeyPair('ES256');
    return new TokenMint(key, privateKey);
  }

  /** The good token with other claims; undefined removes one. */
  async changed(good: string, claims: JWTPayload): Promise<string> {
    return await this.#sign({ ...decodeJwt(good), ...claims }, this.#key.privateKey);
  }

  /** The good token spoiled in the way named; undefined for none at all. */
  async spoiled(good: string, way: BadToken): Promise<string | undefined> {
    const nowS = Math.floor(systemClock.now().getTime() / 1000);
    switch (way) {
      case 'no token':
        return undefined;
      case 'expired token':
        return await this.changed(good, { iat: nowS - 660, exp: nowS - 60 });
      case 'forged key':
        // The forger knows the key's id and has a key of the right kind: only the signature can tell.
        return await this.#sign(decodeJwt(good), this.#forger);
      case 'wrong audience':
        return await this.changed(good, { aud: 'somebody-else' });
      case 'wrong issuer':
        return await this.changed(good, { iss: 'https://elsewhere.example' });
      case 'no signature': {
        const header = Buffer.from(JSON.stringify({ alg: 'none', kid: this.#key.keyId })).toString('base64url');
        return `${header}.${good.split('.')[1]}.`;
      }
    }
  }

  async #sign(claims: JWTPayload, key: CryptoKey): Promise<string> {
    return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: this.#key.keyId, typ: 'JWT' }).sign(key);
  }
}
