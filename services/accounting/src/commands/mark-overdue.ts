import { calendarDate } from '@finflow/chassis/clock';
import type { EntityManager } from 'typeorm';
import type { AccountingParts } from '../parts.ts';
import { markInvoicesOverdue } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { markOverdueChecked, organizationsWithNewDay, timeZonesInUse } from '../store/overdue.ts';

/**
 * Marks as OVERDUE what fell due before the day each organization now has, once a day for each: one statement an
 * organization. Safe to run in several processes: whoever holds the books first does an organization, the other finds
 * it done. One organization's failure is logged and does not keep the others waiting.
 *
 * @returns how many invoices became overdue
 */
export async function markOverdue(parts: AccountingParts, signal?: AbortSignal): Promise<number> {
  const { database, clock, logger } = parts;
  const now = clock.now();
  const zones = await database.system(timeZonesInUse);
  const days = zones.map((timeZone) => ({ timeZone, today: calendarDate(now, timeZone) }));
  let marked = 0;
  for (let after: string | undefined; ; ) {
    const organizations = await database.system((tx) => organizationsWithNewDay(tx, days, after));
    for (const organizationId of organizations) {
      if (signal?.aborted) return marked;
      try {
        marked += await database.tenant(organizationId, (tx) => markOneOverdue(tx, parts, organizationId));
      } catch (error) {
        logger.error({ err: error, organizationId }, 'overdue invoices could not be marked');
      }
    }
    after = organizations.at(-1);
    if (after === undefined) return marked;
  }
}

async function markOneOverdue(tx: EntityManager, { clock }: AccountingParts, organizationId: string): Promise<number> {
  // Exclusive: whoever issues or pays an invoice on yesterday's date has committed by now, and the next reads today's.
  const organization = await takeBooks(tx, organizationId, 'exclusive');
  const moment = momentOf(organization, clock);
  if (!(await markOverdueChecked(tx, organizationId, moment.today))) return 0;
  return await markInvoicesOverdue(tx, organizationId, moment);
}
