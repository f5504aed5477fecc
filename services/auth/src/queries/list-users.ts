import { type ListRequest, listingSql, parseListing, toPage } from '@finflow/chassis/paging';
import type { PlatformRole } from '@finflow/chassis/roles';
import type { User } from '../domain/user.ts';
import type { AuthParts } from '../parts.ts';

const allowed = {
  id: { sql: 'id', type: 'uuid', value: (row: User) => row.id },
  email: { sql: 'email', type: 'text', value: (row: User) => row.email },
  role: { sql: 'platform_role', type: 'text', value: (row: User) => row.platformRole },
  created_at: { sql: 'created_at', type: 'timestamptz', value: (row: User) => row.createdAt },
} as const;

export interface UserFilter {
  readonly roles: readonly PlatformRole[];
  /** Empty for both. */
  readonly statuses: readonly ('ACTIVE' | 'DEACTIVATED')[];
  /** Part of the email, whatever its case. */
  readonly query: string;
}

/** The platform's users, for platform administrators. */
export async function listUsers({ database }: AuthParts, request: ListRequest, filter: UserFilter) {
  const listing = parseListing<User>(request, { allowed, defaultOrder: 'email', filters: filter });
  const { where, orderBy, limit, parameters } = listingSql(listing, 4);
  const matching = `(cardinality($1::text[]) = 0 or platform_role = any($1))
    and (cardinality($2::text[]) = 0 or case when deactivated_at is null then 'ACTIVE' else 'DEACTIVATED' end = any($2))
    and strpos(email, lower($3)) > 0`;
  const given = [filter.roles, filter.statuses, filter.query];
  return await database.system(async (tx) => {
    const rows: User[] = await tx.query(
      `select id, email, platform_role as "platformRole", created_at as "createdAt", updated_at as "updatedAt",
         deactivated_at as "deactivatedAt"
       from users where ${matching} and ${where} order by ${orderBy} limit ${limit}`,
      [...given, ...parameters],
    );
    const [{ total }]: [{ total: number }] = await tx.query(
      `select count(*)::int as total from users where ${matching}`,
      given,
    );
    return { ...toPage(listing, rows), totalSize: total };
  });
}
