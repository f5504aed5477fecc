import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * What is open per invoice: the balance from the journal's receivable lines, the due date from `invoice_created`. The
 * two topics keep no order between them, so either may make the row; one without a due date is not overdue yet.
 */
export const receivables = sqlMigration('Receivables1764000000004', [
  `create table receivables (
    organization_id uuid not null,
    invoice_id uuid not null,
    currency text not null,
    balance_minor bigint not null default 0,
    due_date date,
    primary key (organization_id, invoice_id, currency)
  )`,
  'create index receivables_due on receivables (organization_id, currency, due_date) where balance_minor > 0',
  ...tenantTable('receivables', serviceRole, ['select', 'insert', 'update']),
]);
