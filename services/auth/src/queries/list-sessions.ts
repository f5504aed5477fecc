import type { Caller } from '@finflow/chassis/identity';
import { type ListRequest, listingSql, parseListing, toPage } from '@finflow/chassis/paging';
import type { AuthParts } from '../parts.ts';
import type { SessionRow } from '../store/sessions.ts';

const allowed = {
  id: { sql: 'id', type: 'uuid', value: (row: SessionRow) => row.id },
  created_at: { sql: 'created_at', type: 'timestamptz', value: (row: SessionRow) => row.createdAt },
  last_used_at: { sql: 'last_used_at', type: 'timestamptz', value: (row: SessionRow) => row.lastUsedAt },
} as const;

/** The caller's open sessions. */
export async function listSessions({ database, clock }: AuthParts, caller: Caller, request: ListRequest) {
  const listing = parseListing<SessionRow>(request, { allowed, defaultOrder: 'last_used_at desc' });
  const { where, orderBy, limit, parameters } = listingSql(listing, 3);
  const open = 'user_id = $1 and revoked_at is null and expires_at > $2';
  return await database.system(async (tx) => {
    const rows: SessionRow[] = await tx.query(
      `select id, user_id as "userId", organization_id as "organizationId", created_at as "createdAt",
         last_used_at as "lastUsedAt", expires_at as "expiresAt", revoked_at as "revokedAt", user_agent as "userAgent", address
       from sessions where ${open} and ${where} order by ${orderBy} limit ${limit}`,
      [caller.userId, clock.now(), ...parameters],
    );
    const [{ total }]: [{ total: number }] = await tx.query(
      `select count(*)::int as total from sessions where ${open}`,
      [caller.userId, clock.now()],
    );
    return { ...toPage(listing, rows), totalSize: total };
  });
}
