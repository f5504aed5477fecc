import type { Member } from '@finflow/chassis/identity';
import { type ListRequest, listingSql, parseListing, toPage } from '@finflow/chassis/paging';
import { type OrganizationRole, organizationRoles } from '@finflow/chassis/roles';
import type { MemberDetails } from '../domain/membership.ts';
import type { AuthParts } from '../parts.ts';

const allowed = {
  email: { sql: 'email', type: 'text', value: (row: MemberDetails) => row.email },
  // Ascending as roles are, not as their names are spelt.
  role: {
    sql: `array_position(array['${organizationRoles.join("', '")}'], role)::bigint`,
    type: 'bigint',
    value: (row: MemberDetails) => organizationRoles.indexOf(row.role) + 1,
  },
  joined_at: { sql: 'joined_at', type: 'timestamptz', value: (row: MemberDetails) => row.joinedAt },
} as const;
const tieBreaker = { sql: 'user_id', type: 'uuid', value: (row: MemberDetails) => row.userId } as const;

export interface MemberFilter {
  /** Any of these; empty for every role. */
  readonly roles: readonly OrganizationRole[];
  /** Part of the email, whatever its case; empty for every member. */
  readonly query: string;
}

/** The members of the caller's organization. */
export async function listMembers(
  { database }: AuthParts,
  { organizationId }: Member,
  request: ListRequest,
  filter: MemberFilter,
) {
  const listing = parseListing<MemberDetails>(request, { allowed, tieBreaker, defaultOrder: 'email', filters: filter });
  const { where, orderBy, limit, parameters } = listingSql(listing, 3);
  const matching = `(cardinality($1::text[]) = 0 or role = any($1)) and strpos(email, lower($2)) > 0`;
  const from = 'from memberships join users on users.id = user_id';
  return await database.tenant(organizationId, async (tx) => {
    const rows: MemberDetails[] = await tx.query(
      `select organization_id as "organizationId", user_id as "userId", role, joined_at as "joinedAt", email
       ${from} where ${matching} and ${where} order by ${orderBy} limit ${limit}`,
      [filter.roles, filter.query, ...parameters],
    );
    const [{ total }]: [{ total: number }] = await tx.query(`select count(*)::int as total ${from} where ${matching}`, [
      filter.roles,
      filter.query,
    ]);
    return { ...toPage(listing, rows), totalSize: total };
  });
}
