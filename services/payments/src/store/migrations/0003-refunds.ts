import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/** `returned_at`: the bank sent a completed refund back; the customer has to be paid some other way. */
export const refunds = sqlMigration('Refunds1764000000003', [
  `create table refunds (
    organization_id uuid not null,
    id uuid not null,
    payment_id uuid not null,
    user_id uuid,
    amount_minor bigint not null check (amount_minor > 0),
    currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
    status text not null check (status in ('PENDING', 'COMPLETED', 'FAILED')),
    reason text not null,
    processor_id text,
    processor_data bytea,
    failure_message text,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    completed_at timestamptz(3),
    returned_at timestamptz(3),
    primary key (organization_id, id),
    unique (organization_id, processor_id),
    foreign key (organization_id, payment_id) references payments (organization_id, id),
    check ((failure_message is not null) = (status = 'FAILED')),
    check ((completed_at is not null) = (status = 'COMPLETED')),
    check (status <> 'COMPLETED' or processor_id is not null),
    check (returned_at is null or status = 'COMPLETED')
  )`,
  'create index refunds_by_creation on refunds (organization_id, created_at, id)',
  'create index refunds_of_payment on refunds (organization_id, payment_id)',
  ...tenantTable('refunds', serviceRole, ['select', 'insert', 'update']),
]);
