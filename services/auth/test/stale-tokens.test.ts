import { failureOf } from '@finflow/chassis/testing/failure';
import { OrganizationRole, PlatformRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { administrator, member, newEmail, type Person, registered } from './support/people.ts';

// An access token outlives by minutes what it says. In that time it must not be good for undoing what was decided.
const { VIEWER, ADMIN, OWNER } = OrganizationRole;
let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const as = ({ accessToken }: Person) => auth.as(accessToken).organizations;
const tooLow = { code: 'PermissionDenied', reason: 'ROLE_TOO_LOW' };

describe('somebody whose role in the organization was taken back, with the token they still have,', () => {
  test('cannot give it back to themselves', async () => {
    const owner = await registered(auth);
    const [admin, second] = [await member(auth, owner, 'ADMIN'), await member(auth, owner, 'OWNER')];
    for (const { id } of [admin, second]) await as(owner).updateMemberRole({ userId: id, role: VIEWER });
    expect(await failureOf(as(admin).updateMemberRole({ userId: admin.id, role: ADMIN }))).toMatchObject(tooLow);
    expect(await failureOf(as(second).updateMemberRole({ userId: second.id, role: OWNER }))).toMatchObject(tooLow);
  });

  test('of owner is an administrator and no more', async () => {
    const owner = await registered(auth);
    const second = await member(auth, owner, 'OWNER');
    await as(owner).updateMemberRole({ userId: second.id, role: ADMIN });
    expect(await failureOf(as(second).removeMember({ userId: owner.id }))).toMatchObject({ reason: 'OWNER_REQUIRED' });
    await as(second).inviteMember({ email: newEmail(), role: VIEWER });
  });

  test('cannot remove who took it, nor invite anybody', async () => {
    const owner = await registered(auth);
    const admin = await member(auth, owner, 'ADMIN');
    const guest = await member(auth, owner, 'VIEWER');
    await as(owner).removeMember({ userId: admin.id });
    expect(await failureOf(as(admin).removeMember({ userId: guest.id }))).toMatchObject(tooLow);
    expect(await failureOf(as(admin).inviteMember({ email: newEmail(), role: ADMIN }))).toMatchObject(tooLow);
  });

  test('finds the invitations they kept aside worth nothing', async () => {
    const owner = await registered(auth);
    const [demoted, removed] = [await member(auth, owner, 'OWNER'), await member(auth, owner, 'ADMIN')];
    const invitations = [
      await as(demoted).inviteMember({ email: newEmail(), role: OWNER }),
      await as(removed).inviteMember({ email: newEmail(), role: VIEWER }),
    ];
    const kept = await as(demoted).inviteMember({ email: newEmail(), role: VIEWER });
    await as(owner).updateMemberRole({ userId: demoted.id, role: ADMIN });
    await as(owner).removeMember({ userId: removed.id });
    for (const { token } of invitations) {
      const accepting = auth.as().organizations.acceptInvitation({ token, password: PASSWORD });
      expect(await failureOf(accepting)).toMatchObject({ reason: 'INVITATION_NOT_FOUND' });
    }
    await auth.as().organizations.acceptInvitation({ token: kept.token, password: PASSWORD });
  });
});

describe('a former platform administrator, with the token they still have,', () => {
  const required = { code: 'PermissionDenied', reason: 'PLATFORM_ADMIN_REQUIRED' };

  test.each(['demoted', 'deactivated'])('%s, changes nobody', async (how) => {
    const [admin, former, other] = [await administrator(auth), await administrator(auth), await registered(auth)];
    const { users } = auth.as(admin.accessToken);
    await (how === 'demoted'
      ? users.updateUserRole({ id: former.id, role: PlatformRole.USER })
      : users.deactivateUser({ id: former.id }));
    const theirs = auth.as(former.accessToken).users;
    for (const id of [former.id, other.id]) {
      expect(await failureOf(theirs.updateUserRole({ id, role: PlatformRole.ADMIN }))).toMatchObject(required);
    }
    expect(await failureOf(theirs.deactivateUser({ id: admin.id }))).toMatchObject(required);
  });
});

test('somebody deactivated administers no organization either', async () => {
  const [admin, owner] = [await administrator(auth), await registered(auth)];
  await auth.as(admin.accessToken).users.deactivateUser({ id: owner.id });
  expect(await failureOf(as(owner).inviteMember({ email: newEmail(), role: OWNER }))).toMatchObject(tooLow);
});
