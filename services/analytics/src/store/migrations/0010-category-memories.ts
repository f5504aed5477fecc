import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Which version of the features an organization's `category_evidence` is under. No row: not known, so it is learnt
 * again before it is used.
 */
export const categoryMemories = sqlMigration('CategoryMemories1764000000010', [
  `create table category_memories (
    organization_id uuid not null,
    version integer not null,
    primary key (organization_id)
  )`,
  ...tenantTable('category_memories', serviceRole, ['select', 'insert', 'update']),
]);
