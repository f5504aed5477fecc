import { failedPrecondition, notFound, permissionDenied } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Caller } from '@finflow/chassis/identity';
import type { PlatformRole } from '@finflow/chassis/roles';
import { type EntityManager, IsNull } from 'typeorm';
import type { User } from '../domain/user.ts';
import type { AuthParts } from '../parts.ts';
import { users } from '../store/users.ts';

/**
 * Gives a user another role on the platform.
 *
 * @throws DomainError NOT_FOUND `USER_NOT_FOUND`; PERMISSION_DENIED `PLATFORM_ADMIN_REQUIRED`; FAILED_PRECONDITION
 * `LAST_PLATFORM_ADMIN`
 */
export async function updateUserRole(
  { database, clock }: AuthParts,
  actor: Caller,
  input: { id: string; role: PlatformRole },
  key: RequestKey | undefined,
): Promise<User> {
  return await database.system((tx) =>
    once(tx, actor.userId, key, async () => {
      const user = await lockUser(tx, input.id);
      await assertStillAdmin(tx, actor);
      if (input.role !== 'ADMIN') await assertAnotherAdmin(tx, user);
      const change = { platformRole: input.role, updatedAt: clock.now() };
      await tx.update(users, { id: user.id }, change);
      return { ...user, ...change };
    }),
  );
}

/** The user, with every platform administrator locked in one order, so that two changes at once take turns. */
export async function lockUser(tx: EntityManager, id: string): Promise<User> {
  await tx.query(`select 1 from users where platform_role = 'ADMIN' order by id for update`);
  const row = await tx.findOne(users, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw notFound('USER_NOT_FOUND', 'There is no user with this id.', 'id');
  const { passwordHash: _, ...user } = row;
  return user;
}

/**
 * The caller's token may be minutes behind: who was demoted or deactivated must not use it to undo that.
 *
 * @throws DomainError PERMISSION_DENIED `PLATFORM_ADMIN_REQUIRED`
 */
export async function assertStillAdmin(tx: EntityManager, actor: Caller): Promise<void> {
  if (await tx.existsBy(users, { id: actor.userId, platformRole: 'ADMIN', deactivatedAt: IsNull() })) return;
  throw permissionDenied('PLATFORM_ADMIN_REQUIRED', 'Only a platform administrator may do this.');
}

/** @throws DomainError FAILED_PRECONDITION `LAST_PLATFORM_ADMIN` when nobody else could administer the platform */
export async function assertAnotherAdmin(tx: EntityManager, user: User): Promise<void> {
  if (user.platformRole !== 'ADMIN' || user.deactivatedAt) return;
  const active = await tx.countBy(users, { platformRole: 'ADMIN', deactivatedAt: IsNull() });
  if (active <= 1) {
    throw failedPrecondition('LAST_PLATFORM_ADMIN', 'This is the last platform administrator: make another one first.');
  }
}
