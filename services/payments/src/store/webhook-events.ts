import type { EntityManager } from 'typeorm';

/**
 * Claims a webhook event for this transaction.
 *
 * @returns false when it was applied before; of two deliveries at once the second waits for the first and gets false
 */
export async function claimWebhookEvent(
  tx: EntityManager,
  organizationId: string,
  event: { eventId: string; type: string },
  now: Date,
): Promise<boolean> {
  const claimed: unknown[] = await tx.query(
    `insert into webhook_events (organization_id, event_id, type, received_at) values ($1, $2, $3, $4)
     on conflict do nothing returning 1`,
    [organizationId, event.eventId, event.type, now],
  );
  return claimed.length === 1;
}

/** Forgets events received before an instant, for the system scope. Returns how many went. */
export async function pruneWebhookEvents(tx: EntityManager, before: Date, limit: number): Promise<number> {
  const [, deleted]: [unknown, number] = await tx.query(
    `delete from webhook_events where ctid = any(
       array(select ctid from webhook_events where received_at < $1 limit $2)
     )`,
    [before, limit],
  );
  return deleted;
}
