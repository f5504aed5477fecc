import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import { assertMayChange } from '../domain/membership.ts';
import type { AuthParts } from '../parts.ts';
import { memberships, presentRole } from '../store/organizations.ts';
import { assertAnotherOwner, lockMembership } from './update-member-role.ts';

/**
 * Ends a membership; the account and what the person did stay.
 *
 * @throws DomainError NOT_FOUND `MEMBER_NOT_FOUND`; PERMISSION_DENIED `OWNER_REQUIRED`, `ROLE_TOO_LOW`;
 * FAILED_PRECONDITION `LAST_OWNER`
 */
export async function removeMember(
  { database }: AuthParts,
  actor: Member,
  userId: string,
  key: RequestKey | undefined,
): Promise<void> {
  const { organizationId } = actor;
  await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const membership = await lockMembership(tx, organizationId, userId);
      assertMayChange(await presentRole(tx, organizationId, actor.userId), membership.role);
      if (membership.role === 'OWNER') await assertAnotherOwner(tx, organizationId, userId);
      await tx.delete(memberships, { organizationId, userId });
      return null;
    }),
  );
}
