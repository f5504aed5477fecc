import { sqlMigration } from '@finflow/chassis/database/migrate';

/**
 * Due dates move after an invoice was issued, and `invoice_updated` keeps no order with `invoice_created`: the instant
 * of the event a due date came from says which one stands. Null for those from before, which any event overwrites.
 */
export const movedDueDates = sqlMigration('MovedDueDates1764000000009', [
  'alter table receivables add column due_date_at timestamptz(3)',
]);
