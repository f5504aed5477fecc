import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Auth, PASSWORD } from './support/auth.ts';
import { administrator, member, newEmail, registered } from './support/people.ts';

let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const attempt = (email: string, password: string, on = auth) => on.as().auth.login({ email, password });

describe('signing in', () => {
  test('gives an access token that says who, where and for how long', async () => {
    const person = await registered(auth);
    const reply = await attempt(person.email.toUpperCase(), PASSWORD);
    const claims = decodeJwt(reply.accessToken);
    const nowS = auth.clock.now().getTime() / 1000;
    expect(claims).toEqual({
      sub: person.id,
      sid: expect.any(String),
      role: 'USER',
      org: person.organizationId,
      org_role: 'OWNER',
      iss: 'finflow-auth',
      aud: 'finflow',
      iat: nowS,
      exp: nowS + 600,
    });
    expect(decodeProtectedHeader(reply.accessToken)).toMatchObject({ alg: 'ES256', kid: expect.any(String) });
    expect(Number(reply.accessTokenExpiresAt?.seconds)).toBe(claims.exp);
    expect(Buffer.from(reply.refreshToken, 'base64url')).toHaveLength(32);
  });

  test('acts in the organization asked for', async () => {
    const [owner, other] = [await registered(auth), await registered(auth)];
    const guest = await member(auth, owner, 'VIEWER');
    const reply = await auth.as().auth.login({ ...guest, password: PASSWORD, organizationId: owner.organizationId });
    expect(decodeJwt(reply.accessToken)).toMatchObject({ org: owner.organizationId, org_role: 'VIEWER' });
    const elsewhere = { ...guest, password: PASSWORD, organizationId: other.organizationId };
    expect(await failureOf(auth.as().auth.login(elsewhere))).toMatchObject({
      code: 'PermissionDenied',
      reason: 'NOT_A_MEMBER',
    });
  });

  test('somebody in no organization signs in and acts in none', async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    await auth.as(owner.accessToken).organizations.removeMember({ userId: guest.id });
    const { accessToken } = await attempt(guest.email, PASSWORD);
    expect(decodeJwt(accessToken)).not.toHaveProperty('org');
    expect(await auth.as(accessToken).auth.getMe({})).toMatchObject({ organizationId: '', memberships: [] });
    expect(await failureOf(auth.as(accessToken).organizations.getOrganization({}))).toMatchObject({
      reason: 'ORGANIZATION_REQUIRED',
    });
  });
});

describe('a wrong password, an unknown email and a closed account', () => {
  test('cannot be told apart', async () => {
    const [known, closed] = [await registered(auth), await registered(auth)];
    const admin = await administrator(auth);
    await auth.as(admin.accessToken).users.deactivateUser({ id: closed.id });
    const failures = await Promise.all([
      failureOf(attempt(known.email, 'not the password')),
      failureOf(attempt(newEmail('nobody'), 'not the password')),
      failureOf(attempt(closed.email, PASSWORD)),
    ]);
    expect(failures[0]).toMatchObject({ code: 'Unauthenticated', reason: 'INVALID_CREDENTIALS', fields: [] });
    expect(failures[1]).toEqual(failures[0]);
    expect(failures[2]).toEqual(failures[0]);
  });

  test('cost the same work: a password is hashed each time', async () => {
    const { hasher } = auth.service.parts;
    const person = await registered(auth);
    const verified: (string | undefined)[] = [];
    const verify = hasher.verify.bind(hasher);
    hasher.verify = (password, hash) => {
      verified.push(hash);
      return verify(password, hash);
    };
    try {
      await failureOf(attempt(person.email, 'not the password'));
      await failureOf(attempt(newEmail('nobody'), 'not the password'));
    } finally {
      hasher.verify = verify;
    }
    expect(verified).toEqual([expect.stringMatching(/^\$argon2id\$/), undefined]);
  });
});

describe('attempts', () => {
  let limited: Auth;

  beforeAll(async () => {
    limited = await Auth.start({ FAILURES_PER_ACCOUNT: 3, FAILURES_PER_ADDRESS: 8 });
  });
  afterAll(() => limited.stop());

  const nextWindow = () => limited.clock.advance(16 * 60_000);
  const tooMany = { code: 'ResourceExhausted', reason: 'TOO_MANY_ATTEMPTS' };

  test('on one account are bounded, and the right password waits too', async () => {
    const { email } = await registered(limited);
    for (let count = 0; count < 3; count += 1) {
      expect(await failureOf(attempt(email, 'wrong password', limited))).toMatchObject({ code: 'Unauthenticated' });
    }
    const failure = await failureOf(attempt(email, PASSWORD, limited));
    expect(failure).toMatchObject(tooMany);
    limited.clock.advance(Number(failure.metadata.retryAfterSeconds) * 1000);
    await attempt(email, PASSWORD, limited);
  });

  test('on an email that nobody has are bounded alike', async () => {
    nextWindow();
    const email = newEmail('nobody');
    for (let count = 0; count < 3; count += 1) await failureOf(attempt(email, 'wrong password', limited));
    expect(await failureOf(attempt(email, 'wrong password', limited))).toMatchObject(tooMany);
  });

  test('made at the same time are all counted', async () => {
    nextWindow();
    const { email } = await registered(limited);
    const guesses = Array.from({ length: 7 }, () => failureOf(attempt(email, 'wrong password', limited)));
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'Unauthenticated')).toHaveLength(3);
    expect(codes.filter((code) => code === 'ResourceExhausted')).toHaveLength(4);
  });

  test('from one address are bounded whatever the account', async () => {
    nextWindow();
    for (let count = 0; count < 8; count += 1) await failureOf(attempt(newEmail('nobody'), 'wrong password', limited));
    expect(await failureOf(attempt(newEmail('nobody'), 'wrong password', limited))).toMatchObject(tooMany);
  });

  test('that succeed count for nothing', async () => {
    nextWindow();
    const { email } = await registered(limited);
    for (let count = 0; count < 10; count += 1) await attempt(email, PASSWORD, limited);
  });
});

describe('wrong input', () => {
  const sound = { email: 'a@example.com', password: PASSWORD };

  test.each([
    ['an empty email', { email: '' }, 'email'],
    ['an email of 255 characters', { email: 'e'.repeat(255) }, 'email'],
    ['an empty password', { password: '' }, 'password'],
    ['a password of 129 characters', { password: 'p'.repeat(129) }, 'password'],
    ['an organization that is no id', { organizationId: 'mine' }, 'organization_id'],
  ])('%s is refused by name', async (_, change, field) => {
    const sessions = await auth.count('sessions');
    expect(await failureOf(auth.as().auth.login({ ...sound, ...change }))).toMatchObject({
      code: 'InvalidArgument',
      fields: [field],
    });
    expect(await auth.count('sessions')).toBe(sessions);
  });
});

test('a hash made more cheaply is made anew when its password is known', async () => {
  const person = await registered(auth);
  // What argon2id gave for this password at 8 MiB and one pass.
  const { argon2Sync, randomBytes } = await import('node:crypto');
  const salt = randomBytes(16);
  const cost = { memory: 8_192, passes: 1, parallelism: 1, tagLength: 32 };
  const tag = argon2Sync('argon2id', { message: PASSWORD, nonce: salt, ...cost });
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const cheap = `$argon2id$v=19$m=8192,t=1,p=1$${text(salt)}$${text(tag)}`;
  await auth.rows('update users set password_hash = $2 where id = $1', [person.id, cheap]);

  await attempt(person.email, PASSWORD);
  const [row] = await auth.rows<{ password_hash: string }>('select password_hash from users where id = $1', [
    person.id,
  ]);
  expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await attempt(person.email, PASSWORD);
});
