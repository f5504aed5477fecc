import type { Clock } from '@finflow/chassis/clock';
import type { OrganizationRole, PlatformRole } from '@finflow/chassis/roles';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

/** Whom an access token speaks for. */
export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly platformRole: PlatformRole;
  readonly organization?: { readonly id: string; readonly role: OrganizationRole };
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

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

  async mint({ userId, sessionId, platformRole, organization }: TokenSubject): Promise<AccessToken> {
    const { keyId, privateKey } = await this.#keys.current();
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
