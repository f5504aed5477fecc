import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * The chart of accounts. `role` says which account of the standard chart this is (null for an account somebody
 * added); postings find their accounts by it, whatever people call them.
 */
export const accounts = sqlMigration('Accounts1764000000003', [
  `create table accounts (
    organization_id uuid not null,
    id uuid not null,
    code text not null,
    name text not null,
    type text not null check (type in ('ASSET', 'LIABILITY', 'EQUITY', 'REVENUE', 'EXPENSE')),
    role text,
    is_cash boolean not null default false check (not is_cash or type = 'ASSET'),
    is_receivable boolean not null default false check (not is_receivable or type = 'ASSET'),
    description text not null default '',
    created_at timestamptz(3) not null,
    closed_at timestamptz(3),
    primary key (organization_id, id),
    unique (organization_id, code),
    unique (organization_id, role)
  )`,
  ...tenantTable('accounts', serviceRole, ['select', 'insert']),

  // Stands in for foreign keys from the journal, which cost a third of the posting rate (see 0005-journal.ts).
  `create function refuse_account_change() returns trigger language plpgsql as $$
  begin
    raise exception 'an account is closed, never removed or made another one'
      using errcode = 'LG007', hint = 'Set closed_at, and add a new account.';
  end $$`,
  `create trigger accounts_stay before delete or truncate on accounts
    for each statement execute function refuse_account_change()`,
  `create trigger accounts_keep_identity before update of organization_id, id, type, role, is_cash, is_receivable
    on accounts for each statement execute function refuse_account_change()`,
]);
