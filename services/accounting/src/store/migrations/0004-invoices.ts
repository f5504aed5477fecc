import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Invoices and their lines. The checks say what a status means in amounts, so that no client can store an invoice
 * that contradicts itself; the rules of moving between them are in domain/invoice.ts.
 */
export const invoices = sqlMigration('Invoices1764000000004', [
  `create table invoices (
    organization_id uuid not null,
    id uuid not null,
    number text not null,
    user_id uuid not null,
    client text not null,
    client_email text not null,
    currency text not null,
    subtotal_minor bigint not null,
    tax_minor bigint not null,
    total_minor bigint not null,
    paid_minor bigint not null default 0,
    issue_date date not null,
    due_date date not null,
    status text not null,
    notes text not null,
    cancel_reason text not null default '',
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    issued_at timestamptz(3),
    paid_at timestamptz(3),
    cancelled_at timestamptz(3),
    primary key (organization_id, id),
    unique (organization_id, number),
    check (total_minor > 0 and total_minor = subtotal_minor + tax_minor),
    check (due_date >= issue_date),
    check ((cancelled_at is not null) = (status = 'CANCELLED')),
    check ((paid_at is not null) = (status = 'PAID')),
    check (case status
      when 'DRAFT' then paid_minor = 0 and issued_at is null
      when 'PENDING' then paid_minor = 0 and issued_at is not null
      when 'PARTIALLY_PAID' then paid_minor > 0 and paid_minor < total_minor and issued_at is not null
      when 'OVERDUE' then paid_minor >= 0 and paid_minor < total_minor and issued_at is not null
      when 'PAID' then paid_minor = total_minor and issued_at is not null
      when 'CANCELLED' then paid_minor = 0
      else false
    end)
  )`,
  'create index invoices_by_creation on invoices (organization_id, created_at, id)',
  'create index invoices_by_due_date on invoices (organization_id, due_date, id)',
  // What the overdue job reads: small, because a paid or overdue invoice leaves it.
  `create index invoices_falling_due on invoices (organization_id, due_date)
    where status in ('PENDING', 'PARTIALLY_PAID')`,
  ...tenantTable('invoices', serviceRole, ['select', 'insert', 'update']),

  `create table invoice_line_items (
    organization_id uuid not null,
    invoice_id uuid not null,
    line_no smallint not null,
    description text not null,
    quantity_milli bigint not null check (quantity_milli > 0),
    unit_price_minor bigint not null,
    tax_rate_bps integer not null check (tax_rate_bps between 0 and 10000),
    net_minor bigint not null,
    tax_minor bigint not null,
    primary key (organization_id, invoice_id, line_no),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id)
  )`,
  // A draft's lines are replaced whole, hence DELETE.
  ...tenantTable('invoice_line_items', serviceRole, ['select', 'insert', 'delete']),
]);
