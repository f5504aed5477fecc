import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { member, newEmail, type Person, registered, signedIn } from './support/people.ts';

const { VIEWER, ACCOUNTANT, OWNER } = OrganizationRole;
const DAY_MS = 86_400_000;
const notFound = { code: 'NotFound', reason: 'INVITATION_NOT_FOUND' };
let auth: Auth;
let owner: Person;

beforeAll(async () => {
  auth = await Auth.start();
  owner = await registered(auth);
});
afterAll(() => auth.stop());

const invite = (email: string, role: OrganizationRole = VIEWER, by = owner) =>
  auth.as(by.accessToken).organizations.inviteMember({ email, role });
const accept = (token: string, password = '') => auth.as().organizations.acceptInvitation({ token, password });

describe('inviting', () => {
  test('gives a token of which only the hash is stored', async () => {
    const email = newEmail();
    const { invitation, token } = await invite(email.toUpperCase(), ACCOUNTANT);
    expect(invitation).toMatchObject({
      organizationId: owner.organizationId,
      email,
      role: ACCOUNTANT,
      invitedBy: owner.id,
    });
    const lifetimeS = Number(invitation?.expiresAt?.seconds) - Number(invitation?.createdAt?.seconds);
    expect(lifetimeS).toBe((7 * DAY_MS) / 1000);
    for (const table of ['invitations', 'idempotency_keys', 'outbox']) {
      const rows = await auth.rows<{ text: string }>(`select t::text as text from ${table} t`);
      expect(rows.filter(({ text }) => text.includes(token))).toEqual([]);
    }
  });

  test('repeated with its request id gives the same token again', async () => {
    const request = { email: newEmail(), role: VIEWER, requestId: 'invite-once' };
    const client = auth.as(owner.accessToken).organizations;
    const first = await client.inviteMember(request);
    expect(await client.inviteMember(request)).toEqual(first);
    await accept(first.token, PASSWORD);
  });

  test('again replaces the open invitation', async () => {
    const email = newEmail();
    const [first, second] = [await invite(email, VIEWER), await invite(email, ACCOUNTANT)];
    expect(await failureOf(accept(first.token, PASSWORD))).toMatchObject(notFound);
    expect(await accept(second.token, PASSWORD)).toMatchObject({ email, role: ACCOUNTANT });
  });

  test('the same person at the same time leaves one open invitation', async () => {
    const email = newEmail();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => invite(email)));
    const tried = await Promise.allSettled(outcomes.map(({ token }) => accept(token, PASSWORD)));
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a member is refused', async () => {
    const guest = await member(auth, owner, 'VIEWER');
    expect(await failureOf(invite(guest.email.toUpperCase()))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'ALREADY_A_MEMBER',
      fields: ['email'],
    });
  });

  test('an owner is for owners, and anybody for administrators', async () => {
    const [admin, accountant] = [await member(auth, owner, 'ADMIN'), await member(auth, owner, 'ACCOUNTANT')];
    expect(await failureOf(invite(newEmail(), OWNER, admin))).toMatchObject({ reason: 'OWNER_REQUIRED' });
    expect(await failureOf(invite(newEmail(), VIEWER, accountant))).toMatchObject({ reason: 'ROLE_TOO_LOW' });
    await invite(newEmail(), VIEWER, admin);
  });

  test('is bounded', async () => {
    const busy = await registered(auth);
    await auth.rows(
      `insert into invitations (organization_id, id, email, role, token_hash, invited_by, created_at, expires_at)
       select $1, gen_random_uuid(), 'guest' || n || '@example.com', 'VIEWER', sha256(n::text::bytea), $2, now(),
         $3::timestamptz + interval '1 day'
       from generate_series(1, 200) n`,
      [busy.organizationId, busy.id, auth.clock.now()],
    );
    expect(await failureOf(invite(newEmail(), VIEWER, busy))).toMatchObject({
      code: 'ResourceExhausted',
      reason: 'TOO_MANY_INVITATIONS',
    });
    // One that replaces an open one makes no more of them.
    await invite('guest7@example.com', VIEWER, busy);
  });

  test.each([
    ['email', { email: 'nobody', role: VIEWER }],
    ['role', { email: 'a@example.com', role: OrganizationRole.UNSPECIFIED }],
  ])('refuses a wrong %s by name', async (field, request) => {
    const before = await auth.count('invitations');
    const failure = await failureOf(auth.as(owner.accessToken).organizations.inviteMember(request));
    expect(failure).toMatchObject({ code: 'InvalidArgument', fields: [field] });
    expect(await auth.count('invitations')).toBe(before);
  });
});

describe('accepting', () => {
  test('makes an account for somebody new, who can then sign in', async () => {
    const email = newEmail();
    const { token } = await invite(email, ACCOUNTANT);
    const accepted = await accept(token, PASSWORD);
    expect(accepted).toMatchObject({ email, organizationId: owner.organizationId, role: ACCOUNTANT });
    await signedIn(auth, email, owner.organizationId);
    await eventually(async () => {
      const events = (await auth.bus.payloads('user_created')).filter(({ id }) => id === accepted.userId);
      expect(events).toEqual([expect.objectContaining({ email, organizationId: owner.organizationId })]);
    });
  });

  test('needs no password of who has an account, and does not look at one', async () => {
    const guest = await registered(auth);
    const { token } = await invite(guest.email);
    expect(await accept(token, 'password123')).toMatchObject({ userId: guest.id, role: VIEWER });
    await signedIn(auth, guest.email, owner.organizationId);
  });

  test('announces nobody who had an account before', async () => {
    const guest = await registered(auth);
    const { token } = await invite(guest.email);
    await accept(token);
    await auth.service.relay.idle();
    const events = (await auth.bus.payloads('user_created')).filter(({ id }) => id === guest.id);
    expect(events).toEqual([expect.objectContaining({ organizationId: guest.organizationId })]);
  });

  test.each([
    ['no password', '', 'PASSWORD_REQUIRED'],
    ['a common password', 'password123', 'PASSWORD_TOO_COMMON'],
    ['a short password', 'short', 'VALIDATION_FAILED'],
  ])('as somebody new with %s is refused, and the invitation stays open', async (_, password, reason) => {
    const { token } = await invite(newEmail());
    expect(await failureOf(accept(token, password))).toMatchObject({
      code: 'InvalidArgument',
      reason,
      fields: ['password'],
    });
    await accept(token, PASSWORD);
  });

  test('works once', async () => {
    const { token } = await invite(newEmail());
    await accept(token, PASSWORD);
    expect(await failureOf(accept(token, PASSWORD))).toMatchObject(notFound);
  });

  test('at the same time works once', async () => {
    const { token } = await invite(newEmail());
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => accept(token, PASSWORD)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('repeated with its request id gives the first answer', async () => {
    const { token } = await invite(newEmail());
    const request = { token, password: PASSWORD, requestId: 'accept-once' };
    const first = await auth.as().organizations.acceptInvitation(request);
    expect(await auth.as().organizations.acceptInvitation(request)).toEqual(first);
  });

  test('repeated with its request id and another password is refused: the first one counts', async () => {
    const { token } = await invite(newEmail());
    const request = { token, password: PASSWORD, requestId: 'accept-otherwise' };
    await auth.as().organizations.acceptInvitation(request);
    const changed = auth.as().organizations.acceptInvitation({ ...request, password: `${PASSWORD}!` });
    expect(await failureOf(changed)).toMatchObject({ code: 'AlreadyExists', reason: 'REQUEST_ID_REUSED' });
  });

  test('while the person registers at the same time gives them one account and both organizations', async () => {
    const email = newEmail();
    const { token } = await invite(email);
    await Promise.allSettled([accept(token, PASSWORD), auth.as().auth.register({ email, password: PASSWORD })]);
    // Whoever lost the race is told to try again, or that the account is there.
    await accept(token, PASSWORD).catch(() => undefined);
    const { accessToken } = await signedIn(auth, email);
    const { memberships } = await auth.as(accessToken).auth.getMe({});
    expect(memberships.map(({ organizationId }) => organizationId)).toContain(owner.organizationId);
    expect(await auth.rows('select from users where email = $1', [email])).toHaveLength(1);
  });

  test('is too late after seven days', async () => {
    const { token } = await invite(newEmail());
    auth.clock.advance(7 * DAY_MS);
    expect(await failureOf(accept(token, PASSWORD))).toMatchObject(notFound);
    owner = { ...owner, ...(await signedIn(auth, owner.email)) };
  });

  test('with a token nobody had is refused, and guessing is bounded', async () => {
    const limited = await Auth.start({ FAILURES_PER_ADDRESS: 3 });
    try {
      const guess = () =>
        failureOf(limited.as().organizations.acceptInvitation({ token: 'guess', password: PASSWORD }));
      for (let count = 0; count < 3; count += 1) expect(await guess()).toMatchObject(notFound);
      expect(await guess()).toMatchObject({ code: 'ResourceExhausted', reason: 'TOO_MANY_ATTEMPTS' });
    } finally {
      await limited.stop();
    }
  });

  test('is not bounded by what succeeds', async () => {
    const limited = await Auth.start({ FAILURES_PER_ADDRESS: 2 });
    try {
      const company = await registered(limited);
      for (let count = 0; count < 4; count += 1) await member(limited, company, 'VIEWER');
    } finally {
      await limited.stop();
    }
  });
});
