import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy, tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/** Webhook events applied; the key makes a second delivery of one a no-op. The system scope prunes old ones. */
export const webhookEvents = sqlMigration('WebhookEvents1764000000005', [
  `create table webhook_events (
    organization_id uuid not null,
    event_id text not null,
    type text not null,
    received_at timestamptz(3) not null,
    primary key (organization_id, event_id)
  )`,
  // Rows arrive in time order, so a block-range index prunes as well as a B-tree at a thousandth of the writes.
  'create index webhook_events_received on webhook_events using brin (received_at)',
  ...tenantTable('webhook_events', serviceRole, ['select', 'insert', 'delete']),
  ...systemPolicy('webhook_events'),
]);
