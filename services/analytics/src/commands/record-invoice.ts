import type { InvoiceCreated } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';
import { saveDueDate } from '../store/receivables.ts';

/** Keeps when an issued invoice is due. What is open on it comes from the journal alone. */
export async function recordInvoice(tx: EntityManager, invoice: InvoiceCreated): Promise<void> {
  const { organizationId, id, currency, dueDate } = invoice;
  await saveDueDate(tx, organizationId, { invoiceId: id, currency, dueDate });
}
