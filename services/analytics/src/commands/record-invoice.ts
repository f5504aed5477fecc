import { isCalendarDate } from '@finflow/chassis/clock';
import type { InvoiceCreated } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';
import { saveDueDate } from '../store/receivables.ts';

/**
 * Keeps when an issued invoice is due. What is open on it comes from the journal alone.
 * @throws RangeError for a due date that is none
 */
export async function recordInvoice(tx: EntityManager, invoice: InvoiceCreated): Promise<void> {
  const { organizationId, id, currency, dueDate } = invoice;
  if (!isCalendarDate(dueDate)) throw new RangeError(`invoice ${id} has no due date`);
  await saveDueDate(tx, organizationId, { invoiceId: id, currency, dueDate });
}
