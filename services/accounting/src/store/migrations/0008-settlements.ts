import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Where each completed payment went: onto its invoice (`applied`) or to the customer's credit (`credited`), and how
 * much of each part was refunded since. A refund takes credit first, so it needs both figures.
 */
export const settlements = sqlMigration('Settlements1764000000008', [
  `create table settlements (
    organization_id uuid not null,
    payment_id uuid not null,
    invoice_id uuid,
    currency text not null,
    applied_minor bigint not null,
    credited_minor bigint not null,
    applied_refunded_minor bigint not null default 0,
    credited_refunded_minor bigint not null default 0,
    created_at timestamptz(3) not null,
    primary key (organization_id, payment_id),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id),
    check (applied_minor >= 0 and credited_minor >= 0 and applied_minor + credited_minor > 0),
    check (applied_minor = 0 or invoice_id is not null),
    check (applied_refunded_minor between 0 and applied_minor),
    check (credited_refunded_minor between 0 and credited_minor)
  )`,
  ...tenantTable('settlements', serviceRole, ['select', 'insert', 'update']),
]);
