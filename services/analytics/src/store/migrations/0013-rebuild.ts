import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy } from '@finflow/chassis/database/policy';

/**
 * A rebuild compares and replaces the read model of all organizations in one transaction. It runs as the owner, and only
 * the owner may: the service itself goes on seeing one organization at a time.
 */
export const rebuild = sqlMigration(
  'Rebuild1764000000013',
  ['ledger_months', 'books', 'receivables'].flatMap((table) => systemPolicy(table, 'current_user')),
);
