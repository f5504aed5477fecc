import { instantColumn, organizationIdColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { type EntityManager, EntitySchema } from 'typeorm';
import type { Organization } from '../domain/organization.ts';

export const organizations = new EntitySchema<Organization>({
  name: 'organizations',
  columns: {
    organizationId: organizationIdColumn(),
    name: textColumn(),
    currencyCode: textColumn(),
    timeZone: textColumn(),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
  },
});

export interface MembershipRow {
  organizationId: string;
  userId: string;
  role: OrganizationRole;
  joinedAt: Date;
}

export const memberships = new EntitySchema<MembershipRow>({
  name: 'memberships',
  columns: {
    organizationId: organizationIdColumn(),
    userId: uuidColumn({ primary: true }),
    role: textColumn(),
    joinedAt: instantColumn(),
  },
});

/**
 * The role somebody has in the organization now; undefined for who is no member, or deactivated. Whatever changes who may
 * do what asks for it: with the token alone, minutes behind, a demotion could be undone by the person demoted.
 */
export async function presentRole(
  tx: EntityManager,
  organizationId: string,
  userId: string,
): Promise<OrganizationRole | undefined> {
  const [row]: { role: OrganizationRole }[] = await tx.query(
    `select role from memberships join users on users.id = user_id
     where organization_id = $1 and user_id = $2 and deactivated_at is null`,
    [organizationId, userId],
  );
  return row?.role;
}
