import type { PaymentsParts } from '../parts.ts';
import { pruneWebhookEvents } from '../store/webhook-events.ts';

/** Stripe delivers for three days, and lets a person send an event again for thirty. */
const KEPT_MS = 35 * 24 * 3_600_000;
const BATCH = 5_000;

/** Forgets webhook events that cannot come again. Returns how many went. */
export async function pruneOldWebhookEvents(parts: PaymentsParts): Promise<number> {
  const before = new Date(parts.clock.now().getTime() - KEPT_MS);
  for (let total = 0; ; ) {
    const deleted = await parts.database.system((tx) => pruneWebhookEvents(tx, before, BATCH));
    total += deleted;
    if (deleted < BATCH) return total;
  }
}
