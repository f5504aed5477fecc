import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * The read model of the books: what was debited and credited per month, account and currency. Sums of it are the
 * trial balance, so figures drawn from it can't disagree with the books. `lines` counts what went in, which tells the
 * currencies in use apart by weight.
 */
export const ledgerMonths = sqlMigration('LedgerMonths1764000000003', [
  `create table ledger_months (
    organization_id uuid not null,
    currency text not null,
    month date not null check (extract(day from month) = 1),
    account_id uuid not null,
    account_code text not null,
    account_name text not null,
    account_type text not null check (account_type in ('ASSET', 'LIABILITY', 'EQUITY', 'REVENUE', 'EXPENSE')),
    is_cash boolean not null,
    is_receivable boolean not null,
    debit_minor bigint not null check (debit_minor >= 0),
    credit_minor bigint not null check (credit_minor >= 0),
    lines bigint not null,
    primary key (organization_id, currency, month, account_id)
  )`,
  ...tenantTable('ledger_months', serviceRole, ['select', 'insert', 'update']),

  `create table books (
    organization_id uuid not null,
    last_posted_at timestamptz(3) not null,
    primary key (organization_id)
  )`,
  ...tenantTable('books', serviceRole, ['select', 'insert', 'update']),
]);
