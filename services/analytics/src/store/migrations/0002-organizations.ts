import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * What analytics knows of an organization. `settings_at` is the instant of the event the settings came from; an older
 * event never overwrites a newer one.
 */
export const organizations = sqlMigration('Organizations1764000000002', [
  `create table organizations (
    organization_id uuid not null,
    currency text not null,
    time_zone text not null,
    settings_at timestamptz(3) not null,
    primary key (organization_id)
  )`,
  ...tenantTable('organizations', serviceRole, ['select', 'insert', 'update']),
]);
