import { failureOf } from '@finflow/chassis/testing/failure';
import { UserStatus } from '@finflow/proto/finflow/auth/v1/user_pb';
import { PlatformRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { administrator, newEmail, type Person, registered, signedIn } from './support/people.ts';

const NOBODY = '0199a000-0000-7000-8000-000000000000';
let auth: Auth;
let admin: Person;

beforeAll(async () => {
  auth = await Auth.start();
  admin = await administrator(auth);
});
afterAll(() => auth.stop());

const users = () => auth.as(admin.accessToken).users;

describe('user administration', () => {
  test('is for platform administrators, whatever role they have in an organization', async () => {
    const person = await registered(auth);
    const client = auth.as(person.accessToken).users;
    for (const call of [
      () => client.listUsers({}),
      () => client.updateUserRole({ id: admin.id, role: PlatformRole.USER }),
      () => client.deactivateUser({ id: admin.id }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: 'PermissionDenied', reason: 'PLATFORM_ADMIN_REQUIRED' });
    }
  });

  test('gives no access to an organization that the administrator does not belong to', async () => {
    const person = await registered(auth);
    const there = { email: admin.email, password: PASSWORD, organizationId: person.organizationId };
    expect(await failureOf(auth.as().auth.login(there))).toMatchObject({ reason: 'NOT_A_MEMBER' });
  });
});

describe('listing users', () => {
  test('finds by part of the email, by role and by status', async () => {
    const name = newEmail('needle').split('@')[0] ?? '';
    const found = await registered(auth, `${name}.a@example.com`);
    const closed = await registered(auth, `${name}.b@example.com`);
    await users().deactivateUser({ id: closed.id });
    const ids = async (request: object) => (await users().listUsers(request)).users.map(({ id }) => id);
    expect(await ids({ query: name.toUpperCase() })).toEqual([found.id, closed.id]);
    expect(await ids({ query: name, statuses: [UserStatus.ACTIVE] })).toEqual([found.id]);
    expect(await ids({ query: name, statuses: [UserStatus.DEACTIVATED] })).toEqual([closed.id]);
    expect(await ids({ query: name, statuses: [UserStatus.DEACTIVATED, UserStatus.ACTIVE] })).toHaveLength(2);
    expect(await ids({ roles: [PlatformRole.ADMIN] })).toEqual([admin.id]);
  });

  test.each(['email', 'email desc', 'created_at', 'created_at desc'])('pages by %s', async (orderBy) => {
    const seen: string[] = [];
    let total = 0;
    for (let pageToken = '', page = 0; page === 0 || pageToken !== ''; page += 1) {
      const reply = await users().listUsers({ pageSize: 2, pageToken, orderBy });
      total = reply.totalSize;
      seen.push(...reply.users.map(({ id }) => id));
      pageToken = reply.nextPageToken;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
  });

  test('never shows a password hash', async () => {
    expect(JSON.stringify(await users().listUsers({}), (_, value) => String(value))).not.toContain('argon2');
    expect(await failureOf(users().listUsers({ orderBy: 'password_hash' }))).toMatchObject({ fields: ['order_by'] });
  });
});

describe('changing a role', () => {
  test('takes effect with the next token', async () => {
    const person = await registered(auth);
    auth.clock.advance(1_000);
    const { user } = await users().updateUserRole({ id: person.id, role: PlatformRole.ADMIN });
    expect(user).toMatchObject({ id: person.id, role: PlatformRole.ADMIN, status: UserStatus.ACTIVE });
    expect(user?.updatedAt).not.toEqual(user?.createdAt);
    const { accessToken } = await signedIn(auth, person.email);
    await auth.as(accessToken).users.listUsers({});
    await users().updateUserRole({ id: person.id, role: PlatformRole.USER });
  });

  test('happens once for a request id', async () => {
    const person = await registered(auth);
    const request = { id: person.id, role: PlatformRole.ADMIN, requestId: 'promote-once' };
    const first = await users().updateUserRole(request);
    await users().updateUserRole({ id: person.id, role: PlatformRole.USER });
    expect(await users().updateUserRole(request)).toEqual(first);
    expect((await users().listUsers({ query: person.email })).users[0]?.role).toBe(PlatformRole.USER);
  });

  test.each([
    ['id', { id: 'somebody', role: PlatformRole.USER }],
    ['role', { id: NOBODY, role: PlatformRole.UNSPECIFIED }],
    ['role', { id: NOBODY, role: 7 as PlatformRole }],
  ])('refuses a wrong %s by name', async (field, request) => {
    expect(await failureOf(users().updateUserRole(request))).toMatchObject({
      code: 'InvalidArgument',
      fields: [field],
    });
  });

  test('of nobody is NOT_FOUND', async () => {
    const missing = { code: 'NotFound', reason: 'USER_NOT_FOUND', fields: ['id'] };
    expect(await failureOf(users().updateUserRole({ id: NOBODY, role: PlatformRole.USER }))).toMatchObject(missing);
    expect(await failureOf(users().deactivateUser({ id: NOBODY }))).toMatchObject(missing);
  });
});

describe('deactivating', () => {
  test('ends every session, refuses the password, and changes nothing a second time', async () => {
    const person = await registered(auth);
    const second = await signedIn(auth, person.email);
    const { user } = await users().deactivateUser({ id: person.id });
    expect(user).toMatchObject({ id: person.id, status: UserStatus.DEACTIVATED });
    for (const { refreshToken } of [person, second]) {
      expect(await failureOf(auth.as().auth.refresh({ refreshToken }))).toMatchObject({ code: 'Unauthenticated' });
    }
    expect(await failureOf(signedIn(auth, person.email))).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    auth.clock.advance(1_000);
    expect((await users().deactivateUser({ id: person.id })).user).toEqual(user);
  });

  test('leaves no session to somebody who signs in at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await registered(auth);
      await Promise.allSettled([signedIn(auth, person.email), users().deactivateUser({ id: person.id })]);
      const open = await auth.rows('select from sessions where user_id = $1 and revoked_at is null', [person.id]);
      expect(open).toEqual([]);
    }
  });

  test('is not for oneself', async () => {
    expect(await failureOf(users().deactivateUser({ id: admin.id }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'CANNOT_DEACTIVATE_SELF',
    });
  });
});

describe('the last administrator', () => {
  test('stays one', async () => {
    expect(await failureOf(users().updateUserRole({ id: admin.id, role: PlatformRole.USER }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'LAST_PLATFORM_ADMIN',
    });
  });

  test('stays when two demote or deactivate each other at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await administrator(auth);
      const outcomes = await Promise.allSettled([
        users().updateUserRole({ id: other.id, role: PlatformRole.USER }),
        auth.as(other.accessToken).users.deactivateUser({ id: admin.id }),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const left = await auth.rows<{ id: string }>(
        "select id from users where platform_role = 'ADMIN' and deactivated_at is null",
      );
      expect(left).toHaveLength(1);
      if (left[0]?.id === other.id) admin = other;
    }
  });
});
