import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * What accounting knows of an organization. `settings_at` is the instant of the event the settings came from; an
 * older event never overwrites a newer one (never null: 0010-opened-by-events.ts).
 * `overdue_checked_on` is the local date for which the overdue job has done this organization.
 */
export const organizations = sqlMigration('Organizations1764000000002', [
  `create table organizations (
    organization_id uuid not null,
    name text not null,
    currency text not null,
    time_zone text not null,
    settings_at timestamptz(3),
    overdue_checked_on date not null default '-infinity',
    primary key (organization_id)
  )`,
  'create index organizations_overdue on organizations (time_zone, overdue_checked_on)',
  ...tenantTable('organizations', serviceRole, ['select', 'insert', 'update']),
  // The overdue job asks which organizations have a new day; it changes each in that organization's own transaction.
  `create policy system_read on organizations for select
    using ((select current_setting('finflow.scope', true)) = 'system')`,

  // One row an organization: taking the next invoice number locks it until commit, so there are no gaps and no races.
  `create table invoice_counters (
    organization_id uuid not null,
    last_number bigint not null,
    primary key (organization_id)
  )`,
  ...tenantTable('invoice_counters', serviceRole, ['select', 'insert', 'update']),
]);
