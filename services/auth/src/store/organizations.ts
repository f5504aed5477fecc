import { instantColumn, organizationIdColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { EntitySchema } from 'typeorm';
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
