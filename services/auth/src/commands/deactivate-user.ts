import { failedPrecondition } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Caller } from '@finflow/chassis/identity';
import type { User } from '../domain/user.ts';
import type { AuthParts } from '../parts.ts';
import { users } from '../store/users.ts';
import { assertAnotherAdmin, assertStillAdmin, lockUser } from './update-user-role.ts';

/**
 * Ends every session of a user and refuses new ones. Deactivating again changes nothing.
 *
 * @throws DomainError NOT_FOUND `USER_NOT_FOUND`; PERMISSION_DENIED `PLATFORM_ADMIN_REQUIRED`; FAILED_PRECONDITION
 * `LAST_PLATFORM_ADMIN`, `CANNOT_DEACTIVATE_SELF`
 */
export async function deactivateUser(
  { database, clock }: AuthParts,
  actor: Caller,
  id: string,
  key: RequestKey | undefined,
): Promise<User> {
  if (id === actor.userId) {
    throw failedPrecondition(
      'CANNOT_DEACTIVATE_SELF',
      'You cannot deactivate your own account; ask another administrator.',
    );
  }
  return await database.system((tx) =>
    once(tx, actor.userId, key, async () => {
      const user = await lockUser(tx, id);
      await assertStillAdmin(tx, actor);
      if (user.deactivatedAt) return user;
      await assertAnotherAdmin(tx, user);
      const now = clock.now();
      const change = { deactivatedAt: now, updatedAt: now };
      await tx.update(users, { id }, change);
      await tx.query('update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null', [id, now]);
      return { ...user, ...change };
    }),
  );
}
