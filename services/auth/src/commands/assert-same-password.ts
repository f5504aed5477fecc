import { requestIdReused } from '@finflow/chassis/idempotency';
import type { AuthParts } from '../parts.ts';
import { users } from '../store/users.ts';

/**
 * The stored hash of a request leaves its password out. A repeat with another password is another request all the
 * same: told that it was done, its sender would be left with a password that does not work.
 *
 * @throws DomainError ALREADY_EXISTS `REQUEST_ID_REUSED`
 */
export async function assertSamePassword(
  { database, hasher }: AuthParts,
  userId: string,
  password: string,
): Promise<void> {
  const { passwordHash } = await database.system((tx) => tx.findOneByOrFail(users, { id: userId }));
  if (!(await hasher.verify(password, passwordHash))) throw requestIdReused();
}
