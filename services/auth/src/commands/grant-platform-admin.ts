import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import { normalizeEmail } from '../domain/email.ts';
import { type UserRow, users } from '../store/users.ts';

/**
 * Makes a registered person a platform administrator. Reached by a command on the server alone: whoever can run it
 * holds the database anyway, and no request can become the first administrator.
 *
 * @returns the user, or undefined when nobody has this email
 */
export async function grantPlatformAdmin(
  parts: { database: Database; clock: Clock },
  email: string,
): Promise<UserRow | undefined> {
  return await parts.database.system(async (tx) => {
    const user = await tx.findOneBy(users, { email: normalizeEmail(email) });
    if (!user) return undefined;
    const change = { platformRole: 'ADMIN', updatedAt: parts.clock.now() } as const;
    // These two columns alone: a row written back whole would undo what happened to it meanwhile.
    await tx.update(users, { id: user.id }, change);
    return { ...user, ...change };
  });
}
