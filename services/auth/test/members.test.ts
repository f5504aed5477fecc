import { failureOf } from '@finflow/chassis/testing/failure';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth } from './support/auth.ts';
import { member, type Person, registered } from './support/people.ts';

const { VIEWER, ACCOUNTANT, ADMIN, OWNER } = OrganizationRole;
let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const as = (person: Person) => auth.as(person.accessToken).organizations;
const rolesIn = async (owner: Person) =>
  (await as(owner).listMembers({ orderBy: 'role' })).members.map(({ role }) => role);

describe('changing a role', () => {
  test('shows at once in the list of members', async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    const reply = await as(owner).updateMemberRole({ userId: guest.id, role: ACCOUNTANT });
    expect(reply.member).toMatchObject({ userId: guest.id, email: guest.email, role: ACCOUNTANT });
    expect(await rolesIn(owner)).toEqual([ACCOUNTANT, OWNER]);
  });

  test('to or from owner is for owners', async () => {
    const owner = await registered(auth);
    const [admin, guest] = [await member(auth, owner, 'ADMIN'), await member(auth, owner, 'VIEWER')];
    const refused = { code: 'PermissionDenied', reason: 'OWNER_REQUIRED' };
    expect(await failureOf(as(admin).updateMemberRole({ userId: guest.id, role: OWNER }))).toMatchObject(refused);
    expect(await failureOf(as(admin).updateMemberRole({ userId: owner.id, role: VIEWER }))).toMatchObject(refused);
    expect(await failureOf(as(admin).removeMember({ userId: owner.id }))).toMatchObject(refused);
    await as(owner).updateMemberRole({ userId: guest.id, role: OWNER });
  });

  test('with a request id happens once, and another body is refused', async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    const request = { userId: guest.id, role: ADMIN, requestId: 'promote' };
    const first = await as(owner).updateMemberRole(request);
    await as(owner).updateMemberRole({ userId: guest.id, role: VIEWER });
    expect(await as(owner).updateMemberRole(request)).toEqual(first);
    expect(await rolesIn(owner)).toEqual([VIEWER, OWNER]);
    expect(await failureOf(as(owner).updateMemberRole({ ...request, role: ACCOUNTANT }))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });

  test.each([
    ['user_id', { userId: 'somebody', role: VIEWER }],
    ['role', { userId: '0199a000-0000-7000-8000-000000000000', role: OrganizationRole.UNSPECIFIED }],
    ['role', { userId: '0199a000-0000-7000-8000-000000000000', role: 9 as OrganizationRole }],
  ])('refuses a wrong %s by name', async (field, request) => {
    const owner = await registered(auth);
    expect(await failureOf(as(owner).updateMemberRole(request))).toMatchObject({
      code: 'InvalidArgument',
      fields: [field],
    });
  });
});

describe("another organization's member", () => {
  test('can be neither changed nor removed', async () => {
    const [owner, stranger] = [await registered(auth), await registered(auth)];
    const missing = { code: 'NotFound', reason: 'MEMBER_NOT_FOUND', fields: ['user_id'] };
    const change = { userId: stranger.id, role: VIEWER };
    expect(await failureOf(as(owner).updateMemberRole(change))).toMatchObject(missing);
    expect(await failureOf(as(owner).removeMember({ userId: stranger.id }))).toMatchObject(missing);
    expect(await rolesIn(stranger)).toEqual([OWNER]);
  });
});

describe('the last owner', () => {
  const lastOwner = { code: 'FailedPrecondition', reason: 'LAST_OWNER' };

  test('can be neither demoted nor removed', async () => {
    const owner = await registered(auth);
    await member(auth, owner, 'ADMIN');
    expect(await failureOf(as(owner).updateMemberRole({ userId: owner.id, role: ADMIN }))).toMatchObject(lastOwner);
    expect(await failureOf(as(owner).removeMember({ userId: owner.id }))).toMatchObject(lastOwner);
    await as(owner).updateMemberRole({ userId: owner.id, role: OWNER });
  });

  test('stays when two owners remove or demote each other at the same time', async () => {
    for (let round = 0; round < 8; round += 1) {
      const first = await registered(auth);
      const second = await member(auth, first, 'OWNER');
      const outcomes = await Promise.allSettled([
        as(first).removeMember({ userId: second.id }),
        as(second).updateMemberRole({ userId: first.id, role: VIEWER }),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [row] = await auth.rows<{ count: string }>(
        "select count(*) from memberships where organization_id = $1 and role = 'OWNER'",
        [first.organizationId],
      );
      expect(row?.count).toBe('1');
    }
  });

  test('stays when all of five owners leave at the same time', async () => {
    const owners = [await registered(auth)];
    for (let count = 0; count < 4; count += 1) owners.push(await member(auth, owners[0]!, 'OWNER'));
    const leaving = owners.map((owner) => as(owner).removeMember({ userId: owner.id }));
    const outcomes = await Promise.allSettled(leaving);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    const stayed = outcomes.findIndex(({ status }) => status === 'rejected');
    expect(await failureOf(leaving[stayed]!)).toMatchObject(lastOwner);
  });
});

describe('removing a member', () => {
  test('ends the membership and leaves the account', async () => {
    const owner = await registered(auth);
    const guest = await member(auth, owner, 'VIEWER');
    const request = { userId: guest.id, requestId: 'remove-once' };
    await as(owner).removeMember(request);
    await as(owner).removeMember(request);
    expect(await rolesIn(owner)).toEqual([OWNER]);
    expect(await failureOf(as(owner).removeMember({ userId: guest.id }))).toMatchObject({ reason: 'MEMBER_NOT_FOUND' });
    expect((await auth.as(guest.accessToken).auth.getMe({})).memberships).toEqual([]);
  });

  test('is for administrators', async () => {
    const owner = await registered(auth);
    const [accountant, guest] = [await member(auth, owner, 'ACCOUNTANT'), await member(auth, owner, 'VIEWER')];
    expect(await failureOf(as(accountant).removeMember({ userId: guest.id }))).toMatchObject({
      reason: 'ROLE_TOO_LOW',
    });
  });
});
