import type { PlatformRole } from '@finflow/chassis/roles';

/** A person with an account, without secrets: what a command gives is kept with its request id. */
export interface User {
  readonly id: string;
  /** In its normal form (`email.ts`); unique. */
  readonly email: string;
  readonly platformRole: PlatformRole;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deactivatedAt: Date | null;
}
