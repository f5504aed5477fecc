import {
  bytesColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import type { OrganizationRole } from '@finflow/chassis/roles';
import { EntitySchema } from 'typeorm';

/** An invitation not yet accepted; accepting, replacing and expiring delete it. */
export interface InvitationRow {
  organizationId: string;
  id: string;
  email: string;
  role: OrganizationRole;
  tokenHash: Buffer;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

export const invitations = new EntitySchema<InvitationRow>({
  name: 'invitations',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    email: textColumn(),
    role: textColumn(),
    tokenHash: bytesColumn(),
    invitedBy: uuidColumn(),
    createdAt: instantColumn(),
    expiresAt: instantColumn(),
  },
});
