import { infrastructureTables } from '@finflow/chassis/database/infrastructure';
import { sqlMigration } from '@finflow/chassis/database/migrate';

/** Outbox, inbox, dead letters and idempotency keys. */
export const Infrastructure = sqlMigration('Infrastructure1764000000001', infrastructureTables('auth_service'));
