import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { ManualClock } from '../src/clock.ts';
import { TokenVerifier } from '../src/identity.ts';
import { testTokens } from '../src/testing/tokens.ts';

const start = new Date('2026-05-01T12:00:00Z');

async function reasonOf(verifying: Promise<unknown>): Promise<string> {
  try {
    await verifying;
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as { reason: string }).reason}`;
  }
  return 'let in';
}

describe('TokenVerifier', () => {
  test('reads the caller from a good token', async () => {
    const tokens = await testTokens(new ManualClock(start));
    const token = await tokens.mint({ userId: 'u1', organizationId: 'o1', role: 'ACCOUNTANT', platformRole: 'ADMIN' });
    expect(await tokens.verifier.verify(token)).toMatchObject({
      userId: 'u1',
      organizationId: 'o1',
      organizationRole: 'ACCOUNTANT',
      platformRole: 'ADMIN',
      token,
    });
  });

  test('a caller without organization has neither organization nor role', async () => {
    const tokens = await testTokens(new ManualClock(start));
    const caller = await tokens.verifier.verify(await tokens.mint({ organizationId: null }));
    expect(caller).not.toHaveProperty('organizationId');
    expect(caller).not.toHaveProperty('organizationRole');
  });

  test.each(['forged', 'wrongAudience', 'wrongIssuer', 'unsigned'] as const)('refuses: %s', async (kind) => {
    const tokens = await testTokens(new ManualClock(start));
    expect(await reasonOf(tokens.verifier.verify(await tokens[kind]()))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test.each(['', 'a.b.c', 'not a token', `${'x'.repeat(5000)}.y.z`])('refuses nonsense (%#)', async (token) => {
    const { verifier } = await testTokens(new ManualClock(start));
    expect(await reasonOf(verifier.verify(token))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('refuses a token signed by the right key with another algorithm', async () => {
    const clock = new ManualClock(start);
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'rsa', alg: 'RS256' }] };
    const verifier = new TokenVerifier({ jwks: () => jwks, issuer: 'i', audience: 'a', clock });
    const token = await new SignJWT({ sub: 'u', sid: 's', role: 'USER', iss: 'i', aud: 'a', iat: 0, exp: 9e9 })
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa' })
      .sign(privateKey);
    expect(await reasonOf(verifier.verify(token))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test.each([
    { role: 'ROOT' },
    { org: 'o1', org_role: 'KING' },
    { org: 'o1', org_role: undefined },
    { sid: undefined },
  ])('refuses claims it does not know: %j', async (claims) => {
    const clock = new ManualClock(start);
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] };
    const verifier = new TokenVerifier({ jwks: () => jwks, issuer: 'i', audience: 'a', clock });
    const good = { sub: 'u', sid: 's', role: 'USER', iss: 'i', aud: 'a', iat: 0, exp: 9e9 };
    const token = await new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
    expect(await reasonOf(verifier.verify(token))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('a token ends when it expires, remembered or not', async () => {
    const clock = new ManualClock(start);
    const tokens = await testTokens(clock);
    const token = await tokens.mint();
    await tokens.verifier.verify(token);
    clock.advance(599_000);
    await expect(tokens.verifier.verify(token)).resolves.toBeDefined();
    clock.advance(1_000);
    expect(tokens.verifier.remembered(token)).toBeUndefined();
    expect(await reasonOf(tokens.verifier.verify(token))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(await reasonOf(tokens.verifier.verify(await tokens.expired()))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });

  test('a withdrawn key stops working within a minute, although its tokens were seen before', async () => {
    const clock = new ManualClock(start);
    const tokens = await testTokens(clock);
    let jwks: JSONWebKeySet = tokens.jwks;
    const verifier = new TokenVerifier({ jwks: () => jwks, issuer: tokens.issuer, audience: tokens.audience, clock });
    const token = await tokens.mint();
    await verifier.verify(token);
    jwks = { keys: [] };
    clock.advance(60_000);
    expect(await reasonOf(verifier.verify(token))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });
});

describe('keys by URL', () => {
  let publisher: Server | undefined;
  afterEach(() => {
    publisher?.closeAllConnections();
    publisher?.close();
  });

  async function publish(give: () => JSONWebKeySet | undefined): Promise<{ url: URL; requests: () => number }> {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      const set = give();
      response.writeHead(set === undefined ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(set ?? {}));
    });
    publisher = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return { url: new URL(`http://127.0.0.1:${port}/jwks.json`), requests: () => requests };
  }

  test('are fetched once for many tokens', async () => {
    const clock = new ManualClock(start);
    const tokens = await testTokens(clock);
    const { url, requests } = await publish(() => tokens.jwks);
    const verifier = new TokenVerifier({ ...tokens, jwks: url, clock });
    for (let i = 0; i < 5; i += 1) await verifier.verify(await tokens.mint());
    expect(requests()).toBe(1);
  });

  test('an unreachable publisher is UNAVAILABLE, not the caller’s fault', async () => {
    const clock = new ManualClock(start);
    const tokens = await testTokens(clock);
    const { url } = await publish(() => undefined);
    const verifier = new TokenVerifier({ ...tokens, jwks: url, clock });
    expect(await reasonOf(verifier.verify(await tokens.mint()))).toBe('UNAVAILABLE TOKEN_KEYS_UNAVAILABLE');
  });

  test('keys once had outlive an outage of their publisher', async () => {
    const clock = new ManualClock(start);
    const tokens = await testTokens(clock);
    let up = true;
    const { url, requests } = await publish(() => (up ? tokens.jwks : undefined));
    const verifier = new TokenVerifier({ ...tokens, jwks: url, clock });
    await verifier.verify(await tokens.mint());
    up = false;
    clock.advance(3_600_000);
    await expect(verifier.verify(await tokens.mint())).resolves.toBeDefined();
    while (requests() < 2) await new Promise((resolve) => setImmediate(resolve));
    await expect(verifier.verify(await tokens.mint())).resolves.toBeDefined();
  });

  test('a token of a key not seen yet makes them be fetched again', async () => {
    const clock = new ManualClock(start);
    const [first, second] = [await testTokens(clock), await testTokens(clock)];
    let keys = first.jwks.keys;
    const { url, requests } = await publish(() => ({ keys }));
    const verifier = new TokenVerifier({ ...first, jwks: url, clock });
    await verifier.verify(await first.mint());
    keys = [...first.jwks.keys, ...second.jwks.keys];
    // The library's cooldown goes by the machine's clock.
    const realNow = Date.now();
    const now = jest.spyOn(Date, 'now').mockReturnValue(realNow + 31_000);
    try {
      await expect(verifier.verify(await second.mint())).resolves.toBeDefined();
    } finally {
      now.mockRestore();
    }
    expect(requests()).toBe(2);
  });
});
