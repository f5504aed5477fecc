import { isCalendarDate } from '@finflow/chassis/clock';
import type { EntityManager } from 'typeorm';
import { saveDueDates } from '../store/receivables.ts';

/** When an issued invoice is due, as an event tells it. */
export interface InvoiceDue {
  readonly organizationId: string;
  readonly id: string;
  readonly currency: string;
  readonly dueDate: string;
}

/**
 * Keeps when an issued invoice is due. What is open on it comes from the journal alone. Events of two topics have no
 * order between them, so the instant they speak of decides.
 *
 * @param dueDateAt ISO 8601 instant
 * @throws RangeError for a due date that is none
 */
export async function recordInvoice(
  tx: EntityManager,
  { organizationId, id: invoiceId, currency, dueDate }: InvoiceDue,
  dueDateAt: string,
): Promise<void> {
  if (!isCalendarDate(dueDate)) throw new RangeError(`invoice ${invoiceId} has no due date`);
  await saveDueDates(tx, organizationId, [{ invoiceId, currency, dueDate, dueDateAt: new Date(dueDateAt) }]);
}
