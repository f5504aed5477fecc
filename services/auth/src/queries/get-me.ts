import { unauthenticated } from '@finflow/chassis/errors';
import type { Caller } from '@finflow/chassis/identity';
import type { OrganizationRole } from '@finflow/chassis/roles';
import type { AuthParts } from '../parts.ts';
import { type UserRow, users } from '../store/users.ts';

export interface Me {
  readonly user: UserRow;
  readonly memberships: readonly { organizationId: string; organizationName: string; role: OrganizationRole }[];
}

/** As the contract promises; nothing keeps others from inviting one person into more organizations. */
const maxMemberships = 100;

/**
 * The caller and their memberships as they are now, oldest first, that of the present organization always among them;
 * their token may be minutes behind.
 */
export async function getMe({ database }: AuthParts, caller: Caller): Promise<Me> {
  return await database.system(async (tx) => {
    const user = await tx.findOneBy(users, { id: caller.userId });
    if (!user) throw unauthenticated('TOKEN_INVALID', 'There is no account of this access token.');
    const memberships = await tx.query(
      `select organization_id as "organizationId", name as "organizationName", role from (
         select organization_id, name, role, joined_at from memberships join organizations using (organization_id)
         where user_id = $1 order by organization_id is distinct from $2::uuid, joined_at, organization_id
         limit ${maxMemberships}) as mine
       order by joined_at, organization_id`,
      [caller.userId, caller.organizationId ?? null],
    );
    return { user, memberships };
  });
}
