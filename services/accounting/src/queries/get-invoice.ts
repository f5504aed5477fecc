import type { Invoice } from '../domain/invoice.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { loadInvoice } from '../store/invoices.ts';

/** @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND` */
export async function getInvoice({ database }: AccountingParts, actor: Actor, id: string): Promise<Invoice> {
  return await database.tenant(actor.organizationId, (tx) => loadInvoice(tx, id));
}
