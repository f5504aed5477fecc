import { infrastructureTables } from '@finflow/chassis/database/infrastructure';
import { sqlMigration } from '@finflow/chassis/database/migrate';
import { serviceRole } from './role.ts';

/** Outbox, inbox, dead letters and idempotency keys. */
export const infrastructure = sqlMigration('Infrastructure1764000000001', infrastructureTables(serviceRole));
