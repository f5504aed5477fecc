import type { EntityManager } from 'typeorm';
import { prepared } from '../database/prepared.ts';

/** What of the inbox belongs to one group and organization. */
export interface Inbox {
  readonly organizationId: string;
  readonly group: string;
}

/** Marks events as received; returns the ids of those that were not yet. */
export async function markReceived(
  tx: EntityManager,
  { organizationId, group }: Inbox,
  events: readonly { id: string; topic: string }[],
): Promise<Set<string>> {
  const rows = await prepared<{ event_id: string }>(
    tx,
    'mark-received',
    `insert into inbox (organization_id, consumer_group, event_id, topic)
     select $1, $2, e.id, e.topic from unnest($3::uuid[], $4::text[]) as e (id, topic)
     on conflict do nothing returning event_id`,
    [organizationId, group, events.map(({ id }) => id), events.map(({ topic }) => topic)],
  );
  return new Set(rows.map(({ event_id }) => event_id));
}
