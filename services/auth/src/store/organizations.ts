import { instantColumn, organizationIdColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { EntitySchema } from 'typeorm';

export interface OrganizationRow {
  organizationId: string;
  name: string;
  currencyCode: string;
  timeZone: string;
  createdAt: Date;
  updatedAt: Date;
}

export const organizations = new EntitySchema<OrganizationRow>({
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
