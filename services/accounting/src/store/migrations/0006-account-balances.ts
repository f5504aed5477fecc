import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Running totals of each account and currency, kept by the journal's trigger and by nothing else: balance = Σ lines
 * is an invariant of the database, whoever inserts the lines. Kept by the posting statement instead, postings are no
 * faster (22,250–23,750/s against 22,250–24,500/s in batches of 1,000) and psql could break the invariant.
 */
export const accountBalances = sqlMigration('AccountBalances1764000000006', [
  // Half-empty pages: each posting updates these rows in place of their old versions (HOT), without index writes.
  `create table account_balances (
    organization_id uuid not null,
    account_id uuid not null,
    currency text not null,
    debit_minor bigint not null check (debit_minor >= 0),
    credit_minor bigint not null check (credit_minor >= 0),
    primary key (organization_id, account_id, currency)
  ) with (fillfactor = 50)`,
  ...tenantTable('account_balances', serviceRole, ['select']),

  `create function refuse_balance_change() returns trigger language plpgsql as $$
  begin
    raise exception 'balances follow from the journal''s lines and are not written by hand'
      using errcode = 'LG008', hint = 'Post a journal entry.';
  end $$`,
  // Depth 0 is a client's own statement; the journal's trigger writes at depth 1.
  `create trigger account_balances_follow before insert or update or delete on account_balances
    for each statement when (pg_trigger_depth() = 0) execute function refuse_balance_change()`,
  `create trigger account_balances_stay before truncate on account_balances
    for each statement execute function refuse_balance_change()`,
]);
