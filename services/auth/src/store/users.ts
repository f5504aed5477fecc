import { instantColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import type { PlatformRole } from '@finflow/chassis/roles';
import { EntitySchema } from 'typeorm';

export interface UserRow {
  id: string;
  /** In its normal form (`domain/email.ts`); unique. */
  email: string;
  passwordHash: string;
  platformRole: PlatformRole;
  createdAt: Date;
  updatedAt: Date;
  deactivatedAt: Date | null;
}

/** A user as others may see one. What a command gives is kept with its request id, and no hash belongs there. */
export type UserSummary = Omit<UserRow, 'passwordHash'>;

export const users = new EntitySchema<UserRow>({
  name: 'users',
  columns: {
    id: uuidColumn({ primary: true }),
    email: textColumn(),
    passwordHash: textColumn(),
    platformRole: textColumn(),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
    deactivatedAt: instantColumn({ nullable: true }),
  },
});
