import { TokenVerifier } from '@finflow/chassis/identity';
import { silentLogger } from '@finflow/chassis/logger';
import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { createAuthService } from '../src/service.ts';
import { SigningKeys } from '../src/tokens/signing-keys.ts';
import { Auth, testConfig } from './support/auth.ts';
import { registered } from './support/people.ts';

const MINUTE_MS = 60_000;
const started: Auth[] = [];
let auth: Auth;

beforeEach(async () => {
  auth = await Auth.start();
  started.push(auth);
});
afterAll(() => Promise.all(started.map((one) => one.stop())));

const published = async () => (await (await fetch(`${auth.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

describe('the published keys', () => {
  test('verify what auth signs, by key id, and hold no private part', async () => {
    const { accessToken } = await registered(auth);
    const keys = await published();
    expect(keys.keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: kidOf(accessToken),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
    const options = { issuer: 'finflow-auth', audience: 'finflow', currentDate: auth.clock.now() };
    await jwtVerify(accessToken, createLocalJWKSet(keys), options);
  });

  test('may be cached for less time than a new key waits before it signs', async () => {
    const response = await fetch(`${auth.url}/.well-known/jwks.json`);
    expect(response.headers.get('content-type')).toBe('application/json');
    const maxAgeS = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1]);
    expect(maxAgeS).toBeGreaterThan(0);
    expect(maxAgeS).toBeLessThan(600);
  });

  test('are stored with their private part sealed', async () => {
    const [row] = await auth.rows<{ text: string; bytes: Buffer }>(
      'select k::text as text, private_key_sealed as bytes from signing_keys k',
    );
    expect(row?.text).not.toMatch(/"d":/);
    expect(row?.bytes.toString('latin1')).not.toContain('"kty"');
  });
});

test('a clock slower than the one the first key was made by keeps nobody out', async () => {
  auth.clock.advance(-10 * MINUTE_MS);
  await auth.service.keys.ensureFirst();
  const { accessToken } = await registered(auth);
  expect(kidOf(accessToken)).toBe((await published()).keys[0]?.kid);
});

describe('rotating keys', () => {
  test('publishes the new key at once and signs with it ten minutes later; old tokens stay good', async () => {
    const before = await registered(auth);
    const { keyId, signsFrom } = await auth.service.keys.rotate();
    expect(signsFrom.getTime() - auth.clock.now().getTime()).toBe(10 * MINUTE_MS);
    expect((await published()).keys.map(({ kid }) => kid)).toContain(keyId);
    expect(kidOf((await registered(auth)).accessToken)).toBe(kidOf(before.accessToken));

    auth.clock.advance(9 * MINUTE_MS);
    const last = await registered(auth);
    expect(kidOf(last.accessToken)).toBe(kidOf(before.accessToken));
    auth.clock.advance(MINUTE_MS);
    const after = await registered(auth);
    expect(kidOf(after.accessToken)).toBe(keyId);
    for (const { accessToken, id } of [last, after]) {
      expect(await auth.as(accessToken).auth.getMe({})).toMatchObject({ id });
    }
  });

  test('lets an old key go once its last token has expired', async () => {
    const { accessToken } = await registered(auth);
    await auth.service.keys.rotate();
    auth.clock.advance(24 * 60 * MINUTE_MS);
    expect((await published()).keys.map(({ kid }) => kid)).not.toContain(kidOf(accessToken));
    await auth.service.keys.rotate();
    expect(await auth.count('signing_keys')).toBe(2);
  });

  test('is seen by every other instance before the new key signs', async () => {
    const config = testConfig(auth.database.url);
    const other = createAuthService(config, { bus: auth.bus, clock: auth.clock, logger: silentLogger });
    await other.parts.database.connect();
    try {
      await other.keys.current();
      const { keyId } = await auth.service.keys.rotate();
      auth.clock.advance(5 * MINUTE_MS);
      expect((await other.keys.published()).keys.map(({ kid }) => kid)).toContain(keyId);
      auth.clock.advance(5 * MINUTE_MS);
      expect((await other.keys.current()).keyId).toBe(keyId);
    } finally {
      await other.parts.database.close();
    }
  });
});

describe('a token', () => {
  test('of another issuer, for another audience or with a changed claim is refused', async () => {
    const { accessToken } = await registered(auth);
    const options = { jwks: () => auth.service.keys.published(), clock: auth.clock };
    for (const meant of [
      { issuer: 'somebody-else', audience: 'finflow' },
      { issuer: 'finflow-auth', audience: 'somebody-else' },
    ]) {
      await expect(new TokenVerifier({ ...options, ...meant }).verify(accessToken)).rejects.toMatchObject({
        reason: 'TOKEN_INVALID',
      });
    }
    const [header, claims, signature] = accessToken.split('.');
    const promoted = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...promoted, role: 'ADMIN' })).toString('base64url');
    expect(await failureOf(auth.as(`${header}.${forged}.${signature}`).users.listUsers({}))).toMatchObject({
      code: 'Unauthenticated',
      reason: 'TOKEN_INVALID',
    });
  });
});

describe('a signing key that does not open', () => {
  const keysSealedWith = (byte: number) =>
    new SigningKeys({
      database: auth.service.parts.database,
      sealingKey: Buffer.alloc(32, byte),
      clock: auth.clock,
    });

  test('for the key given is told from the start to need the one it was sealed with', async () => {
    await expect(keysSealedWith(8).ensureFirst()).rejects.toThrow(/sealed with another KEY_ENCRYPTION_KEY/);
  });

  test('because its format is unknown is not put down to the key; what to do is said, and helps', async () => {
    await auth.rows(`update signing_keys set private_key_sealed = '\\x07'::bytea || private_key_sealed`);
    const keys = keysSealedWith(7);
    const failure = await keys.ensureFirst().catch((error: Error) => error.message);
    expect(failure).not.toContain('KEY_ENCRYPTION_KEY');
    expect(failure).toContain('in a format that this release does not know');
    const [remedy] = /delete from signing_keys where key_id = '[^']+'/.exec(String(failure)) ?? [];
    await auth.rows(String(remedy));
    await keys.ensureFirst();
    expect(await auth.count('signing_keys')).toBe(1);
  });
});

test('instances that start at the same time make one first key', async () => {
  await auth.rows('delete from signing_keys');
  await Promise.all(Array.from({ length: 4 }, () => auth.service.keys.ensureFirst()));
  expect(await auth.count('signing_keys')).toBe(1);
});
