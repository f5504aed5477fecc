import { sqlMigration } from '@finflow/chassis/database/migrate';

/**
 * When the money of a settlement arrived: payments are heard of in any order, and an invoice is paid when the last of
 * them arrived. Of older settlements only their own instant is known. The default is for a release that does not write
 * the column yet.
 */
export const settlementsCompletedAt = sqlMigration('SettlementsCompletedAt1764000000011', [
  'alter table settlements add column completed_at timestamptz(3)',
  // Forced row-level security would hide every row from the owner, in whose name this runs.
  'alter table settlements no force row level security',
  'update settlements set completed_at = created_at',
  'alter table settlements force row level security',
  'alter table settlements alter column completed_at set not null, alter column completed_at set default now()',
  'create index settlements_by_invoice on settlements (organization_id, invoice_id)',
]);
