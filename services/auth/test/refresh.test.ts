import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Auth } from './support/auth.ts';
import { administrator, member, registered, signedIn } from './support/people.ts';

const DAY_MS = 86_400_000;
const invalid = { code: 'Unauthenticated', reason: 'INVALID_REFRESH_TOKEN' };
let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const refresh = (refreshToken: string, organizationId = '') => auth.as().auth.refresh({ refreshToken, organizationId });

describe('refreshing', () => {
  test('that fails for want of a signing key leaves the token good', async () => {
    const { refreshToken } = await registered(auth);
    // The keys are read again after half a minute.
    auth.clock.advance(60_000);
    await auth.rows('alter table signing_keys rename to signing_keys_away');
    expect((await failureOf(refresh(refreshToken))).reason).toBe('INTERNAL');
    await auth.rows('alter table signing_keys_away rename to signing_keys');
    await refresh(refreshToken);
  });

  test('gives a new access token of the same session, and a new refresh token', async () => {
    const person = await registered(auth);
    auth.clock.advance(60_000);
    const renewed = await refresh(person.refreshToken);
    expect(renewed.refreshToken).not.toBe(person.refreshToken);
    const [before, after] = [decodeJwt(person.accessToken), decodeJwt(renewed.accessToken)];
    expect(after).toMatchObject({ sub: before.sub, sid: before.sid, org: before.org, exp: (before.exp ?? 0) + 60 });
    await refresh(renewed.refreshToken);
  });

  test('stores nothing but hashes', async () => {
    const { refreshToken } = await registered(auth);
    const rows = await auth.rows<{ text: string }>('select r::text as text from refresh_tokens r');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ text }) => text.includes(refreshToken))).toEqual([]);
  });

  test.each([
    ['none', ''],
    ['one nobody ever had', 'x'.repeat(43)],
  ])('is refused with a token that is %s', async (_, token) => {
    expect(await failureOf(refresh(token))).toMatchObject(invalid);
  });

  test('is refused by name when the token is too long', async () => {
    expect(await failureOf(refresh('x'.repeat(513)))).toMatchObject({
      code: 'InvalidArgument',
      fields: ['refresh_token'],
    });
  });

  test('keeps a session open by use, and a session nobody uses ends', async () => {
    const person = await registered(auth);
    auth.clock.advance(10 * DAY_MS);
    const { refreshToken } = await refresh(person.refreshToken);
    auth.clock.advance(31 * DAY_MS);
    expect(await failureOf(refresh(refreshToken))).toMatchObject(invalid);
  });

  test('cannot keep a session open for ever', async () => {
    let { refreshToken } = await registered(auth);
    for (let days = 0; days < 80; days += 20) {
      auth.clock.advance(20 * DAY_MS);
      ({ refreshToken } = await refresh(refreshToken));
    }
    auth.clock.advance(11 * DAY_MS);
    expect(await failureOf(refresh(refreshToken))).toMatchObject(invalid);
  });
});

describe('a refresh token used twice', () => {
  test('ends the session, also for whoever holds the newest token', async () => {
    const person = await registered(auth);
    const { refreshToken } = await refresh(person.refreshToken);
    expect(await failureOf(refresh(person.refreshToken))).toMatchObject(invalid);
    expect(await failureOf(refresh(refreshToken))).toMatchObject(invalid);
  });

  test('leaves the other sessions of the person alone', async () => {
    const person = await registered(auth);
    const elsewhere = await signedIn(auth, person.email);
    await refresh(person.refreshToken);
    await failureOf(refresh(person.refreshToken));
    await refresh(elsewhere.refreshToken);
  });

  test('at the same time gets through once', async () => {
    const person = await registered(auth);
    const uses = Array.from({ length: 5 }, () => refresh(person.refreshToken));
    const outcomes = await Promise.allSettled(uses);
    const through = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(through).toHaveLength(1);
    expect(await failureOf(refresh(through[0]!.value.refreshToken))).toMatchObject(invalid);
  });
});

describe('what changed since the sign-in', () => {
  test('shows in the new access token: role in the organization and on the platform', async () => {
    const [owner, admin] = [await registered(auth), await administrator(auth)];
    const guest = await member(auth, owner, 'VIEWER');
    await auth.as(owner.accessToken).organizations.updateMemberRole({ userId: guest.id, role: 3 });
    await auth.as(admin.accessToken).users.updateUserRole({ id: guest.id, role: 2 });
    const { accessToken } = await refresh(guest.refreshToken);
    expect(decodeJwt(accessToken)).toMatchObject({ org_role: 'ADMIN', role: 'ADMIN' });
  });

  test('a person removed from the organization goes on without it', async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    await auth.as(owner.accessToken).organizations.removeMember({ userId: guest.id });
    const { accessToken } = await refresh(guest.refreshToken);
    expect(decodeJwt(accessToken)).not.toHaveProperty('org');
  });

  test('a deactivated person gets nothing', async () => {
    const [person, admin] = [await registered(auth), await administrator(auth)];
    await auth.as(admin.accessToken).users.deactivateUser({ id: person.id });
    expect(await failureOf(refresh(person.refreshToken))).toMatchObject(invalid);
  });
});

describe('switching organization', () => {
  test('acts in the other one from then on', async () => {
    const [first, second] = [await registered(auth), await registered(auth)];
    const { token } = await auth.as(second.accessToken).organizations.inviteMember({ email: first.email, role: 2 });
    await auth.as().organizations.acceptInvitation({ token });

    const switched = await refresh(first.refreshToken, second.organizationId);
    expect(decodeJwt(switched.accessToken)).toMatchObject({ org: second.organizationId, org_role: 'ACCOUNTANT' });
    const stayed = await refresh(switched.refreshToken);
    expect(decodeJwt(stayed.accessToken)).toMatchObject({ org: second.organizationId });
  });

  test('to a foreign one is refused, and the token still works', async () => {
    const [person, stranger] = [await registered(auth), await registered(auth)];
    expect(await failureOf(refresh(person.refreshToken, stranger.organizationId))).toMatchObject({
      code: 'PermissionDenied',
      reason: 'NOT_A_MEMBER',
    });
    await refresh(person.refreshToken);
  });
});
