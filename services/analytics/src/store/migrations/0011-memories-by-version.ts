import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy, tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * The version of the features becomes part of the key, so that two releases count beside each other and neither clears
 * what the other reads. `learnt_decisions` says which decisions are counted under a version, and as what. Nothing is
 * copied: no release wrote the tables this replaces, and each learns its version from the decisions themselves.
 */
export const memoriesByVersion = sqlMigration('MemoriesByVersion1764000000011', [
  'drop table category_memories',
  'drop table category_evidence',
  `create table category_evidence (
    organization_id uuid not null,
    memory_version integer not null,
    feature text not null,
    category text not null references categories (key),
    decisions integer not null check (decisions >= 0),
    primary key (organization_id, memory_version, feature, category)
  )`,
  ...tenantTable('category_evidence', serviceRole, ['select', 'insert', 'update']),
  `create table learnt_decisions (
    organization_id uuid not null,
    memory_version integer not null,
    transaction_id uuid not null,
    category text not null,
    primary key (organization_id, memory_version, transaction_id)
  )`,
  ...tenantTable('learnt_decisions', serviceRole, ['select', 'insert', 'update']),
  "create index transactions_by_person on transactions (organization_id, id) where decided_by = 'person'",
  // Who learns goes through all organizations.
  ...systemPolicy('organizations'),
]);
