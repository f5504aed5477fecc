import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Bank transactions and the decision on each. `fingerprint` and `occurrence` are set for imported rows: the hash of
 * what the row says, and which of the equal rows of its file it was. Their unique key is what recognizes a file
 * imported twice, at the same time too, and still keeps two equal payments of one file.
 */
export const transactions = sqlMigration('Transactions1764000000006', [
  `create table transactions (
    organization_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    date date not null,
    description text not null,
    amount_minor bigint,
    currency text,
    category text not null references categories (key),
    confidence double precision not null check (confidence between 0 and 1),
    needs_review boolean not null,
    decided_by text not null check (decided_by in ('model', 'person')),
    scores jsonb not null,
    model_version text not null,
    version integer not null default 1 check (version >= 1),
    fingerprint bytea,
    occurrence integer,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    primary key (organization_id, id),
    unique (organization_id, fingerprint, occurrence),
    check ((amount_minor is null) = (currency is null)),
    check ((fingerprint is null) = (occurrence is null)),
    check (decided_by = 'model' or not needs_review)
  )`,
  'create index transactions_by_date on transactions (organization_id, date, id)',
  'create index transactions_by_creation on transactions (organization_id, created_at, id)',
  'create index transactions_to_review on transactions (organization_id, date, id) where needs_review',
  ...tenantTable('transactions', serviceRole, ['select', 'insert', 'update']),
]);
