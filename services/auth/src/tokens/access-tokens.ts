import type { Clock } from '@finflow/chassis/clock';
import type { OrganizationRole, PlatformRole } from '@finflow/chassis/roles';
import { SignJWT } from 'jose';
import type { SigningKey, SigningKeys } from './signing-keys.ts';

/** Whom an access token speaks for. */
export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  /** OPERATOR for a command on the servers. */
  readonly platformRole: PlatformRole | 'OPERATOR';
  readonly organization?: { readonly id: string; readonly role: OrganizationRole };
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/** Makes the access token of a subject. */
export type Mint = (subject: TokenSubject) => Promise<AccessToken>;

/** Mints access tokens (JWT, ES256). Only auth holds the private keys, so only auth can. */
export class AccessTokens {
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #settings: { issuer: string; audience: string; lifetimeSeconds: number };

  constructor(parts: { keys: SigningKeys; clock: Clock; issuer: string; audience: string; lifetimeSeconds: number }) {
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#settings = parts;
  }

  /**
   * What mints with the present key. The key is had now: whoever spends something for a token does so after this, so
   * that a key that cannot be had costs nothing.
   */
  async minter(): Promise<Mint> {
    const key = await this.#keys.current();
    return (subject) => this.#mint(subject, key);
  }

  async #mint(subject: TokenSubject, { keyId, privateKey }: SigningKey): Promise<AccessToken> {
    const { userId, sessionId, platformRole, organization } = subject;
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000);
    const expiresAt = issuedAt + this.#settings.lifetimeSeconds;
    const claims = {
      sid: sessionId,
      role: platformRole,
      ...(organization && { org: organization.id, org_role: organization.role }),
    };
    const accessToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(this.#settings.issuer)
      .setAudience(this.#settings.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { accessToken, expiresAt: new Date(expiresAt * 1000) };
  }
}
