import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * The journal. `transaction_id` is the transaction that wrote the entry; lines may join an entry only from within it
 * (0006-journal-rules.ts), so a posted entry is sealed by its commit.
 *
 * Lines carry no foreign keys: two of them cost a third of the posting rate (22,250 → 16,250 postings/s in batches of
 * 1,000), and the trigger that checks each statement's lines as a set proves the same and more. Entries and accounts
 * are never deleted, so what was proved at insert stays true.
 */
export const journal = sqlMigration('Journal1764000000005', [
  `create table journal_entries (
    organization_id uuid not null,
    id uuid not null,
    source text not null,
    date date not null,
    description text not null,
    invoice_id uuid,
    reverses_entry_id uuid,
    created_by uuid,
    created_at timestamptz(3) not null,
    transaction_id xid8 not null default pg_current_xact_id(),
    primary key (organization_id, id),
    unique (organization_id, source),
    unique (organization_id, reverses_entry_id),
    foreign key (organization_id, reverses_entry_id) references journal_entries (organization_id, id),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id)
  )`,
  'create index journal_entries_by_date on journal_entries (organization_id, date, id)',
  `create index journal_entries_of_invoice on journal_entries (organization_id, invoice_id, id)
    where invoice_id is not null`,

  `create table journal_lines (
    organization_id uuid not null,
    entry_id uuid not null,
    line_no smallint not null,
    account_id uuid not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint not null check (amount_minor <> 0),
    memo text not null default '',
    primary key (organization_id, entry_id, line_no)
  )`,
  'create index journal_lines_of_account on journal_lines (organization_id, account_id, entry_id)',

  ...tenantTable('journal_entries', serviceRole, ['select']),
  // By column, so that nobody but the default says which transaction an entry belongs to.
  `grant insert (organization_id, id, source, date, description, invoice_id, reverses_entry_id, created_by, created_at)
    on journal_entries to ${serviceRole}`,
  ...tenantTable('journal_lines', serviceRole, ['select', 'insert']),
]);
