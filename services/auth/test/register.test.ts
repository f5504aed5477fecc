import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { newEmail, signedIn } from './support/people.ts';

let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const counts = () => Promise.all(['users', 'organizations', 'memberships', 'outbox'].map((table) => auth.count(table)));

describe('registering', () => {
  test('makes an account and the organization it owns', async () => {
    const email = newEmail('ada');
    const reply = await auth.as().auth.register({
      email,
      password: PASSWORD,
      organizationName: 'Analytical Engines',
      currencyCode: 'GBP',
      timeZone: 'Europe/London',
    });
    expect(reply).toMatchObject({ email, id: expect.any(String), organizationId: expect.any(String) });
    const { accessToken } = await signedIn(auth, email);
    const { organization } = await auth.as(accessToken).organizations.getOrganization({});
    expect(organization).toMatchObject({
      id: reply.organizationId,
      name: 'Analytical Engines',
      currencyCode: 'GBP',
      timeZone: 'Europe/London',
    });
    const me = await auth.as(accessToken).auth.getMe({});
    expect(me).toMatchObject({ id: reply.id, role: 1, organizationId: reply.organizationId, organizationRole: 4 });
  });

  test('fills in name, currency and time zone when they are left out', async () => {
    const email = newEmail('grace');
    await auth.as().auth.register({ email, password: PASSWORD });
    const { accessToken } = await signedIn(auth, email);
    const { organization } = await auth.as(accessToken).organizations.getOrganization({});
    expect(organization).toMatchObject({ name: email.split('@')[0], currencyCode: 'USD', timeZone: 'UTC' });
  });

  test('publishes user_created, keyed by the organization', async () => {
    const email = newEmail('event');
    const { id, organizationId } = await auth.as().auth.register({ email, password: PASSWORD, timeZone: 'Asia/Tokyo' });
    await eventually(async () => {
      expect(await auth.bus.payloads('user_created')).toContainEqual({
        id,
        email,
        role: 'USER',
        createdAt: '2026-03-02T09:00:00.000Z',
        organizationId,
        organizationName: email.split('@')[0],
        currency: 'USD',
        timeZone: 'Asia/Tokyo',
      });
    });
    expect(auth.bus.published.find(({ headers }) => headers.organizationId === organizationId)?.key).toBe(
      organizationId,
    );
  });

  test('knows an email whatever its case', async () => {
    const email = newEmail('case');
    await auth.as().auth.register({ email: email.toUpperCase(), password: PASSWORD });
    const before = await counts();
    expect(await failureOf(auth.as().auth.register({ email, password: PASSWORD }))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'EMAIL_TAKEN',
      fields: ['email'],
    });
    expect((await counts()).slice(0, 3)).toEqual(before.slice(0, 3));
    await signedIn(auth, email);
  });

  test('the same email twice at once makes one account', async () => {
    const email = newEmail('race');
    const attempts = Array.from({ length: 6 }, () => auth.as().auth.register({ email, password: PASSWORD }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        expect(await failureOf(attempts[index]!)).toMatchObject({ code: 'AlreadyExists', reason: 'EMAIL_TAKEN' });
      }
    }
    const organizations = await auth.rows('select from organizations where name = $1', [email.split('@')[0]]);
    expect(organizations).toHaveLength(1);
  });
});

describe('a request id', () => {
  test('gives a repeat its first answer', async () => {
    const request = { email: newEmail(), password: PASSWORD, requestId: 'register-once' };
    const first = await auth.as().auth.register(request);
    expect(await auth.as().auth.register(request)).toEqual(first);
  });

  test('of several repeats at once one registers and all get its answer', async () => {
    const request = { email: newEmail(), password: PASSWORD, requestId: 'register-at-once' };
    const replies = await Promise.all(Array.from({ length: 4 }, () => auth.as().auth.register(request)));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
  });

  test('is refused with another body, and with another password, which no stored hash contains', async () => {
    const request = { email: newEmail(), password: PASSWORD, requestId: 'register-changed' };
    await auth.as().auth.register(request);
    for (const changed of [{ organizationName: 'Other' }, { password: 'another fine password' }]) {
      expect(await failureOf(auth.as().auth.register({ ...request, ...changed }))).toMatchObject({
        code: 'AlreadyExists',
        reason: 'REQUEST_ID_REUSED',
      });
    }
  });

  test('of a stranger is another one', async () => {
    const requestId = 'everybody-starts-at-1';
    const first = await auth.as().auth.register({ email: newEmail(), password: PASSWORD, requestId });
    const second = await auth.as().auth.register({ email: newEmail(), password: PASSWORD, requestId });
    expect(second.id).not.toBe(first.id);
  });
});

describe('wrong input', () => {
  const sound = { email: 'somebody@example.com', password: PASSWORD };

  test.each([
    ['an empty email', { email: '' }, 'email', 'VALIDATION_FAILED'],
    ['an email without a host', { email: 'somebody' }, 'email', 'VALIDATION_FAILED'],
    ['an email with a line break', { email: 'a@example.com\nb' }, 'email', 'VALIDATION_FAILED'],
    ['an email of 300 characters', { email: `${'a'.repeat(290)}@example.com` }, 'email', 'VALIDATION_FAILED'],
    ['an empty password', { password: '' }, 'password', 'VALIDATION_FAILED'],
    ['a password of 7 characters', { password: '7Chars!' }, 'password', 'VALIDATION_FAILED'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, 'password', 'VALIDATION_FAILED'],
    ['a common password', { password: 'password123' }, 'password', 'PASSWORD_TOO_COMMON'],
    ['a common password in capitals', { password: 'QWERTYUIOP' }, 'password', 'PASSWORD_TOO_COMMON'],
    ['a blank name', { organizationName: '   ' }, 'organization_name', 'VALIDATION_FAILED'],
    ['a name of 121 characters', { organizationName: 'n'.repeat(121) }, 'organization_name', 'VALIDATION_FAILED'],
    ['a name with a control character', { organizationName: 'a\u0000b' }, 'organization_name', 'VALIDATION_FAILED'],
    ['a currency in small letters', { currencyCode: 'usd' }, 'currency_code', 'VALIDATION_FAILED'],
    ['an unknown currency', { currencyCode: 'XQZ' }, 'currency_code', 'UNKNOWN_CURRENCY'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'time_zone', 'UNKNOWN_TIME_ZONE'],
    ['an offset for a time zone', { timeZone: '+02:00' }, 'time_zone', 'UNKNOWN_TIME_ZONE'],
    ['a request id with a space', { requestId: 'a b' }, 'request_id', 'VALIDATION_FAILED'],
  ])('%s is refused by name and nothing is stored', async (_, change, field, reason) => {
    const before = await counts();
    const failure = await failureOf(auth.as().auth.register({ ...sound, ...change }));
    expect(failure).toMatchObject({ code: 'InvalidArgument', reason });
    expect(failure.fields).toContain(field);
    expect((await counts()).slice(0, 3)).toEqual(before.slice(0, 3));
  });
});

test('one address may not make accounts without end', async () => {
  const limited = await Auth.start({ REGISTRATIONS_PER_ADDRESS: 2 });
  try {
    await limited.as().auth.register({ email: newEmail(), password: PASSWORD });
    await limited.as().auth.register({ email: newEmail(), password: PASSWORD });
    const failure = await failureOf(limited.as().auth.register({ email: newEmail(), password: PASSWORD }));
    expect(failure).toMatchObject({ code: 'ResourceExhausted', reason: 'TOO_MANY_ATTEMPTS' });
    expect(Number(failure.metadata.retryAfterSeconds)).toBeGreaterThan(0);
    limited.clock.advance(Number(failure.metadata.retryAfterSeconds) * 1000);
    await limited.as().auth.register({ email: newEmail(), password: PASSWORD });
  } finally {
    await limited.stop();
  }
});
