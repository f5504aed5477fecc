import { notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import type { OrganizationRole } from '@finflow/chassis/roles';
import type { EntityManager } from 'typeorm';
import { assertMayChange, lastOwner, type MemberDetails, type Membership } from '../domain/membership.ts';
import type { AuthParts } from '../parts.ts';
import { memberships, presentRole } from '../store/organizations.ts';
import { users } from '../store/users.ts';

/**
 * Gives a member another role.
 *
 * @throws DomainError NOT_FOUND `MEMBER_NOT_FOUND`; PERMISSION_DENIED `OWNER_REQUIRED`, `ROLE_TOO_LOW`;
 * FAILED_PRECONDITION `LAST_OWNER`
 */
export async function updateMemberRole(
  { database }: AuthParts,
  actor: Member,
  input: { userId: string; role: OrganizationRole },
  key: RequestKey | undefined,
): Promise<MemberDetails> {
  const { organizationId } = actor;
  return await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const membership = await lockMembership(tx, organizationId, input.userId);
      assertMayChange(await presentRole(tx, organizationId, actor.userId), membership.role, input.role);
      if (membership.role === 'OWNER' && input.role !== 'OWNER')
        await assertAnotherOwner(tx, organizationId, input.userId);
      await tx.update(memberships, { organizationId, userId: input.userId }, { role: input.role });
      const { email } = await tx.findOneByOrFail(users, { id: input.userId });
      return { ...membership, role: input.role, email };
    }),
  );
}

/**
 * The membership, with every owner of the organization locked in one order: two who remove each other's ownership at
 * once take turns, and the second sees that it would be the last.
 */
export async function lockMembership(tx: EntityManager, organizationId: string, userId: string): Promise<Membership> {
  await tx.query(
    `select 1 from memberships where organization_id = $1 and role = 'OWNER' order by user_id for update`,
    [organizationId],
  );
  const membership = await tx.findOne(memberships, {
    where: { organizationId, userId },
    lock: { mode: 'pessimistic_write' },
  });
  if (!membership) throw notFound('MEMBER_NOT_FOUND', 'There is no such member in this organization.', 'user_id');
  return membership;
}

export async function assertAnotherOwner(tx: EntityManager, organizationId: string, userId: string): Promise<void> {
  const owners = await tx.findBy(memberships, { organizationId, role: 'OWNER' });
  if (owners.every((owner) => owner.userId === userId)) throw lastOwner();
}
