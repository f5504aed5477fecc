import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * The latest version of each categorized bank transaction and the entry that stands for it now; `entry_id` is null
 * while the transaction waits for a person.
 */
export const categorizedTransactions = sqlMigration('CategorizedTransactions1764000000009', [
  `create table categorized_transactions (
    organization_id uuid not null,
    transaction_id uuid not null,
    version bigint not null,
    category text not null,
    entry_id uuid,
    primary key (organization_id, transaction_id),
    foreign key (organization_id, entry_id) references journal_entries (organization_id, id)
  )`,
  ...tenantTable('categorized_transactions', serviceRole, ['select', 'insert', 'update']),
]);
