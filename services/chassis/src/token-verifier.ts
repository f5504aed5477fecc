import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { type Caller, type OrganizationRole, organizationRoles } from './caller.ts';
import type { Clock } from './clock.ts';
import { type DomainError, unauthenticated, unavailable } from './errors.ts';

export interface TokenVerifierOptions {
  /** Where the public keys are published, or the keys themselves (asked for again at every use). */
  readonly jwks: URL | (() => JSONWebKeySet | Promise<JSONWebKeySet>);
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

// A verified token is believed without its signature being checked again until it expires, and at most this long,
// so that a withdrawn key stops working within minutes. ES256 costs about 100 µs, a look-up here under 1 µs.
const maxTrustMs = 60_000;
const maxRememberedTokens = 10_000;
const keyRefreshMs = 300_000;
const maxTokenLength = 4_096;

interface Remembered {
  readonly caller: Caller;
  readonly untilMs: number;
}

type FindKey = JWTVerifyGetKey;

/** Turns an access token (JWT, ES256 only) into its caller. One per service; safe to share. */
export class TokenVerifier {
  readonly #issuer: string;
  readonly #audience: string;
  readonly #clock: Clock;
  readonly #findKey: FindKey;
  // A Map iterates in insertion order; taking an entry out and putting it back makes this least recently used first.
  readonly #remembered = new Map<string, Remembered>();

  constructor({ jwks, issuer, audience, clock }: TokenVerifierOptions) {
    this.#issuer = issuer;
    this.#audience = audience;
    this.#clock = clock;
    this.#findKey = jwks instanceof URL ? remoteKeys(jwks, clock) : givenKeys(jwks);
  }

  /**
   * The caller that `token` speaks for. Throws UNAUTHENTICATED with reason TOKEN_EXPIRED or TOKEN_INVALID (forged,
   * other algorithm, issuer or audience, missing claims), or UNAVAILABLE when the keys cannot be had.
   */
  async verify(token: string): Promise<Caller> {
    return this.remembered(token) ?? this.#check(token);
  }

  /** The caller of a token verified a moment ago, without waiting for anything. */
  remembered(token: string): Caller | undefined {
    const known = this.#remembered.get(token);
    if (known === undefined) return undefined;
    this.#remembered.delete(token);
    if (this.#clock.now().getTime() >= known.untilMs) return undefined;
    this.#remembered.set(token, known);
    return known.caller;
  }

  async #check(token: string): Promise<Caller> {
    if (token.length > maxTokenLength) throw invalidToken('the access token is too long');
    const now = this.#clock.now();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.#findKey, {
        algorithms: ['ES256'],
        issuer: this.#issuer,
        audience: this.#audience,
        currentDate: now,
        requiredClaims: ['sub', 'sid', 'role', 'iat', 'exp'],
      }));
    } catch (error) {
      throw toTokenError(error);
    }
    const caller = toCaller(payload, token);
    this.#remember(token, {
      caller,
      untilMs: Math.min((payload.exp ?? 0) * 1000, now.getTime() + maxTrustMs),
    });
    return caller;
  }

  #remember(token: string, entry: Remembered): void {
    this.#remembered.set(token, entry);
    if (this.#remembered.size <= maxRememberedTokens) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }
}

/**
 * Keys by URL: fetched when first needed and whenever a token names an unknown key (at most every 30 s), and looked at
 * again every five minutes behind the requests' back, so that an outage of the publisher does not become ours.
 */
function remoteKeys(address: URL, clock: Clock): FindKey {
  const keys = createRemoteJWKSet(address, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: 30_000,
    timeoutDuration: 5_000,
  });
  let refreshedMs = clock.now().getTime();
  return async (header, token) => {
    const nowMs = clock.now().getTime();
    if (keys.jwks() !== undefined && nowMs - refreshedMs >= keyRefreshMs) {
      refreshedMs = nowMs;
      // The keys we have stay good; the next round tries again.
      keys.reload().catch(() => undefined);
    }
    return keys(header, token);
  };
}

function givenKeys(give: () => JSONWebKeySet | Promise<JSONWebKeySet>): FindKey {
  let last: { set: JSONWebKeySet; find: FindKey } | undefined;
  return async (header, token) => {
    const set = await give();
    // Importing a key costs more than checking a signature: do it once per set.
    if (last?.set !== set) last = { set, find: createLocalJWKSet(set) };
    return last.find(header, token);
  };
}

function toCaller(payload: JWTPayload, token: string): Caller {
  const { sub, sid, role, org, org_role: organizationRole } = payload;
  if (typeof sub !== 'string' || typeof sid !== 'string') throw invalidToken('The access token lacks its subject.');
  if (role !== 'USER' && role !== 'ADMIN' && role !== 'OPERATOR')
    throw invalidToken('The access token has an unknown role.');
  const caller = { userId: sub, sessionId: sid, platformRole: role, token } as const;
  if (org === undefined) return caller;
  if (typeof org !== 'string' || !isOrganizationRole(organizationRole)) {
    throw invalidToken('The access token has an unknown organization role.');
  }
  return { ...caller, organizationId: org, organizationRole };
}

function isOrganizationRole(value: unknown): value is OrganizationRole {
  return organizationRoles.includes(value as OrganizationRole);
}

function invalidToken(message: string, cause?: unknown): DomainError {
  return unauthenticated('TOKEN_INVALID', message, { cause });
}

// What is wrong with the token itself; anything else means that the keys could not be had.
const tokenFaults = [
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWTClaimValidationFailed,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

function toTokenError(error: unknown): DomainError {
  if (error instanceof errors.JWTExpired) {
    return unauthenticated('TOKEN_EXPIRED', 'The access token has expired.', { cause: error });
  }
  if (tokenFaults.some((fault) => error instanceof fault)) {
    return invalidToken('The access token is not valid here.', error);
  }
  return unavailable('TOKEN_KEYS_UNAVAILABLE', 'Access tokens cannot be checked at the moment; try again.', {
    cause: error,
  });
}
