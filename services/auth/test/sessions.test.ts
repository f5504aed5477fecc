import { failureOf } from '@finflow/chassis/testing/failure';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pruneSessions } from '../src/commands/prune-sessions.ts';
import { Auth } from './support/auth.ts';
import { member, registered, signedIn } from './support/people.ts';

const DAY_MS = 86_400_000;
let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const sessionsOf = async (accessToken: string) => (await auth.as(accessToken).auth.listSessions({})).sessions;

describe('GetMe', () => {
  test('tells who the caller is and where they belong, the first joined first', async () => {
    const [person, other] = [await registered(auth), await registered(auth)];
    auth.clock.advance(1_000);
    const invitation = { email: person.email, role: OrganizationRole.VIEWER };
    const { token } = await auth.as(other.accessToken).organizations.inviteMember(invitation);
    await auth.as().organizations.acceptInvitation({ token });
    const me = await auth.as(person.accessToken).auth.getMe({});
    expect(me).toMatchObject({ id: person.id, email: person.email, role: 1, organizationRole: 4 });
    expect(me.memberships.map(({ organizationId, role }) => [organizationId, role])).toEqual([
      [person.organizationId, 4],
      [other.organizationId, 1],
    ]);
  });

  test('names at most a hundred organizations, the one acted in among them', async () => {
    const [person, other] = [await registered(auth), await registered(auth)];
    const { token } = await auth
      .as(other.accessToken)
      .organizations.inviteMember({ email: person.email, role: OrganizationRole.VIEWER });
    await auth.as().organizations.acceptInvitation({ token });
    await auth.rows(
      `with made as (insert into organizations select gen_random_uuid(), 'Other', 'USD', 'UTC', $2, $2
                     from generate_series(1, 110) returning organization_id)
       insert into memberships select organization_id, $1, 'VIEWER', $2 from made`,
      [person.id, new Date(0)],
    );
    const { accessToken } = await signedIn(auth, person.email, other.organizationId);
    const me = await auth.as(accessToken).auth.getMe({});
    expect(me.memberships).toHaveLength(100);
    expect([me.organizationId, me.memberships.at(-1)?.organizationId]).toEqual(Array(2).fill(other.organizationId));
  });

  test('is refused without a token and with an expired one', async () => {
    expect(await failureOf(auth.as().auth.getMe({}))).toMatchObject({
      code: 'Unauthenticated',
      reason: 'TOKEN_MISSING',
    });
    const person = await registered(auth);
    auth.clock.advance(601_000);
    expect(await failureOf(auth.as(person.accessToken).auth.getMe({}))).toMatchObject({
      code: 'Unauthenticated',
      reason: 'TOKEN_EXPIRED',
    });
  });
});

describe('listing sessions', () => {
  test("shows the caller's own open ones, the last used first", async () => {
    const [person, stranger] = [await registered(auth), await registered(auth)];
    auth.clock.advance(1_000);
    const second = await signedIn(auth, person.email);
    const sessions = await sessionsOf(second.accessToken);
    expect(sessions.map(({ current }) => current)).toEqual([true, false]);
    expect((await sessionsOf(stranger.accessToken)).length).toBe(1);
  });

  test('leaves out what has ended', async () => {
    const person = await registered(auth);
    auth.clock.advance(31 * DAY_MS);
    const { accessToken } = await signedIn(auth, person.email);
    expect(await sessionsOf(accessToken)).toHaveLength(1);
  });

  test('pages, in either direction', async () => {
    const person = await registered(auth);
    for (let count = 0; count < 4; count += 1) {
      auth.clock.advance(1_000);
      await signedIn(auth, person.email);
    }
    const client = auth.as(person.accessToken).auth;
    for (const orderBy of ['last_used_at', 'created_at desc']) {
      const seen: string[] = [];
      for (let pageToken = '', page = 0; page === 0 || pageToken !== ''; page += 1) {
        const reply = await client.listSessions({ pageSize: 2, pageToken, orderBy });
        expect(reply.totalSize).toBe(5);
        seen.push(...reply.sessions.map(({ id }) => id));
        pageToken = reply.nextPageToken;
      }
      expect(new Set(seen).size).toBe(5);
    }
  });

  test.each([
    ['page_size', { pageSize: 201 }],
    ['page_size', { pageSize: -1 }],
    ['page_token', { pageToken: 'bm9uc2Vuc2U' }],
    ['order_by', { orderBy: 'user_agent' }],
  ])('refuses a wrong %s by name', async (field, request) => {
    const person = await registered(auth);
    const failure = await failureOf(auth.as(person.accessToken).auth.listSessions(request));
    expect(failure).toMatchObject({ code: 'InvalidArgument', fields: [field] });
  });
});

describe('revoking a session', () => {
  test('ends it at once, and no other', async () => {
    const person = await registered(auth);
    const second = await signedIn(auth, person.email);
    const other = (await sessionsOf(second.accessToken)).find(({ current }) => !current);
    await auth.as(second.accessToken).auth.revokeSession({ id: other?.id });
    expect(await failureOf(auth.as().auth.refresh({ refreshToken: person.refreshToken }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    await auth.as().auth.refresh({ refreshToken: second.refreshToken });
    expect(await sessionsOf(second.accessToken)).toHaveLength(1);
  });

  test("does not reach somebody else's, not even an owner's member's", async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    const [session] = await sessionsOf(guest.accessToken);
    expect(await failureOf(auth.as(owner.accessToken).auth.revokeSession({ id: session?.id }))).toMatchObject({
      code: 'NotFound',
      reason: 'SESSION_NOT_FOUND',
      fields: ['id'],
    });
    await auth.as().auth.refresh({ refreshToken: guest.refreshToken });
  });

  test('repeated with its request id succeeds again', async () => {
    const person = await registered(auth);
    const [session] = await sessionsOf(person.accessToken);
    const request = { id: session?.id, requestId: 'revoke-once' };
    const client = auth.as(person.accessToken).auth;
    await client.revokeSession(request);
    await client.revokeSession(request);
  });

  test('refuses what is no id', async () => {
    const person = await registered(auth);
    expect(await failureOf(auth.as(person.accessToken).auth.revokeSession({ id: 'mine' }))).toMatchObject({
      code: 'InvalidArgument',
      fields: ['id'],
    });
  });
});

describe('logging out', () => {
  test('ends the session of the token, and succeeds again and with any token', async () => {
    const person = await registered(auth);
    const { refreshToken } = await auth.as().auth.refresh({ refreshToken: person.refreshToken });
    await auth.as().auth.logout({ refreshToken });
    expect(await failureOf(auth.as().auth.refresh({ refreshToken }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    await auth.as().auth.logout({ refreshToken });
    await auth.as().auth.logout({ refreshToken: 'never had' });
    await auth.as().auth.logout({});
  });
});

describe('pruning', () => {
  test('deletes what ended more than a week ago, however much, with its tokens, and nothing younger', async () => {
    const person = await registered(auth);
    for (let i = 0; i < 4; i += 1) await signedIn(auth, person.email);
    const sql = `update sessions set revoked_at = $2::timestamptz - interval '8 days' where user_id = $1`;
    await auth.rows(sql, [person.id, auth.clock.now()]);
    const { refreshToken } = await signedIn(auth, person.email);
    await pruneSessions(auth.service.parts, 2);
    const left = await auth.rows(
      'select s.id from sessions s join refresh_tokens on session_id = s.id where user_id = $1',
      [person.id],
    );
    expect(left).toHaveLength(1);
    await auth.as().auth.refresh({ refreshToken });
  });
});
