import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import { type OrganizationRole, type PlatformRole, TokenVerifier } from '../identity.ts';
import { newId } from '../ids.ts';

/** Who a test token speaks for; whatever is left out is made up. */
export interface TestIdentity {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly platformRole?: PlatformRole | 'OPERATOR';
  /** Null for a caller who acts in no organization. */
  readonly organizationId?: string | null;
  /** The role in the organization; OWNER unless given. */
  readonly role?: OrganizationRole;
}

export interface TestTokens {
  readonly jwks: JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  /** Believes what `mint` makes. */
  readonly verifier: TokenVerifier;
  /** A token that is good for ten minutes of the clock. */
  mint(identity?: TestIdentity): Promise<string>;
  /** Tokens nobody may believe. */
  expired(identity?: TestIdentity): Promise<string>;
  forged(identity?: TestIdentity): Promise<string>;
  wrongAudience(identity?: TestIdentity): Promise<string>;
  wrongIssuer(identity?: TestIdentity): Promise<string>;
  unsigned(identity?: TestIdentity): string;
}

const issuer = 'https://auth.test';
const audience = 'finflow-test';
const lifetimeS = 600;

/** Access tokens as the auth service mints them, by a key pair of the test's own. */
export async function testTokens(clock: Clock): Promise<TestTokens> {
  const kid = randomUUID();
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  // The forger knows the key's id, and has a key of the right kind: only the signature can tell.
  const { privateKey: forgersKey } = await generateKeyPair('ES256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] };

  const nowS = () => Math.floor(clock.now().getTime() / 1000);
  const sign = (identity: TestIdentity, changed: Record<string, unknown> = {}, key = privateKey) =>
    new SignJWT({ ...claims(identity, nowS()), ...changed }).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

  return {
    jwks,
    issuer,
    audience,
    verifier: new TokenVerifier({ jwks: () => jwks, issuer, audience, clock }),
    mint: (identity = {}) => sign(identity),
    expired: (identity = {}) => sign(identity, { iat: nowS() - lifetimeS - 60, exp: nowS() - 60 }),
    forged: (identity = {}) => sign(identity, {}, forgersKey),
    wrongAudience: (identity = {}) => sign(identity, { aud: 'somebody-else' }),
    wrongIssuer: (identity = {}) => sign(identity, { iss: 'https://elsewhere.test' }),
    unsigned: (identity = {}) => `${encode({ alg: 'none', kid })}.${encode(claims(identity, nowS()))}.`,
  };
}

function claims(identity: TestIdentity, nowS: number): Record<string, unknown> {
  const organizationId = identity.organizationId === undefined ? newId() : identity.organizationId;
  return {
    sub: identity.userId ?? newId(),
    sid: identity.sessionId ?? newId(),
    role: identity.platformRole ?? 'USER',
    ...(organizationId === null ? {} : { org: organizationId, org_role: identity.role ?? 'OWNER' }),
    iss: issuer,
    aud: audience,
    iat: nowS,
    exp: nowS + lifetimeS,
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
