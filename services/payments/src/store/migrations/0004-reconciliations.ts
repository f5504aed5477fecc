import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy, tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * What the processor has not decided, and when to ask it next. A table of its own because the job looks across
 * organizations, and what it then sees are ids and times: payments themselves stay closed to it.
 */
export const reconciliations = sqlMigration('Reconciliations1764000000004', [
  `create table reconciliations (
    organization_id uuid not null,
    subject text not null check (subject in ('PAYMENT', 'REFUND')),
    subject_id uuid not null,
    due_at timestamptz(3) not null,
    attempts integer not null default 0,
    primary key (organization_id, subject, subject_id)
  )`,
  'create index reconciliations_due on reconciliations (due_at)',
  ...tenantTable('reconciliations', serviceRole),
  ...systemPolicy('reconciliations'),
]);
