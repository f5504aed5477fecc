import type { RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { issuedInvoiceLines } from '../domain/bookings.ts';
import { type Invoice, issue } from '../domain/invoice.ts';
import { invoiceCreated } from '../events/published.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { loadInvoice, saveInvoice } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { mutate } from './mutate.ts';
import { postEntries } from './post-entries.ts';

/**
 * Issues a draft: books the claim and publishes `invoice_created`.
 *
 * @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND`, FAILED_PRECONDITION `INVOICE_NOT_DRAFT`,
 *   `BALANCE_OUT_OF_RANGE`
 */
export async function issueInvoice(
  parts: AccountingParts,
  actor: Actor,
  id: string,
  key?: RequestKey,
): Promise<Invoice> {
  return await mutate(parts, actor, key, async (tx) => {
    const organization = await takeBooks(tx, actor.organizationId, 'shared');
    const draft = await loadInvoice(tx, id, 'update');
    const issued = issue(draft, momentOf(organization, parts.clock));
    await saveInvoice(tx, issued);
    await bookIssuedInvoice(tx, actor, issued);
    return issued;
  });
}

/** Publishes an invoice just issued, and books it on its issue date. */
export async function bookIssuedInvoice(tx: EntityManager, actor: Actor, invoice: Invoice): Promise<void> {
  await appendEvents(tx, [invoiceCreated(invoice)]);
  await postEntries(tx, invoice.organizationId, [
    {
      id: newId(),
      source: `invoice:${invoice.id}`,
      date: invoice.issueDate,
      description: `Invoice ${invoice.number}, ${invoice.client}`,
      invoiceId: invoice.id,
      createdBy: actor.userId,
      createdAt: invoice.updatedAt,
      lines: issuedInvoiceLines(invoice),
    },
  ]);
}
