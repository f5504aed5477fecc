import { instantColumn, textColumn, uuidColumn } from '@finflow/chassis/database/columns';
import { EntitySchema } from 'typeorm';
import type { User } from '../domain/user.ts';

/** A user with what proves who they are. */
export interface UserRow extends User {
  readonly passwordHash: string;
}

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
