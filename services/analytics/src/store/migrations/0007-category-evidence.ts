import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * What people of an organization decided, counted per feature of the description and category. It is derived: the
 * decisions themselves are the transactions decided by a person, from which it can be rebuilt.
 */
export const categoryEvidence = sqlMigration('CategoryEvidence1764000000007', [
  `create table category_evidence (
    organization_id uuid not null,
    feature text not null,
    category text not null references categories (key),
    decisions integer not null check (decisions >= 0),
    primary key (organization_id, feature, category)
  )`,
  ...tenantTable('category_evidence', serviceRole),
]);
