import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * `source` is the card's token, encrypted, and gone as soon as the processor has the payment; `processor_data` is the
 * processor's latest answer, encrypted. `amount_reserved_minor` is set aside for refunds under way, so that refunds
 * together never exceed what was paid, whoever races whom.
 *
 * DELETE is granted for one case: a payment whose card the processor does not know leaves nothing behind.
 */
export const payments = sqlMigration('Payments1764000000002', [
  `create table payments (
    organization_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    status text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
    amount_refunded_minor bigint not null default 0 check (amount_refunded_minor >= 0),
    amount_reserved_minor bigint not null default 0 check (amount_reserved_minor >= 0),
    invoice_id uuid,
    description text not null,
    metadata jsonb not null,
    source bytea,
    processor_id text,
    processor_data bytea,
    failure_code text,
    failure_message text,
    failure_advice text,
    card_brand text,
    card_last4 text,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    completed_at timestamptz(3),
    primary key (organization_id, id),
    unique (organization_id, processor_id),
    check (amount_refunded_minor + amount_reserved_minor <= amount_minor),
    check ((failure_code is not null) = (status = 'FAILED')),
    check ((source is not null) = (status = 'PENDING')),
    check (case status
      when 'PENDING' then completed_at is null and amount_refunded_minor + amount_reserved_minor = 0
      when 'PROCESSING' then completed_at is null and processor_id is not null and amount_refunded_minor + amount_reserved_minor = 0
      when 'FAILED' then completed_at is null and amount_refunded_minor + amount_reserved_minor = 0
      when 'COMPLETED' then completed_at is not null and processor_id is not null and amount_refunded_minor = 0
      when 'PARTIALLY_REFUNDED' then completed_at is not null and amount_refunded_minor > 0 and amount_refunded_minor < amount_minor
      when 'REFUNDED' then completed_at is not null and amount_refunded_minor = amount_minor
      else false
    end)
  )`,
  'create index payments_by_creation on payments (organization_id, created_at, id)',
  'create index payments_of_invoice on payments (organization_id, invoice_id) where invoice_id is not null',
  ...tenantTable('payments', serviceRole),
]);
