import type { NewEvent } from '@finflow/chassis/outbox/append';
import type { Invoice } from '../domain/invoice.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';

/**
 * `journal_entry_posted`: all that analytics ever learns of the books. The event has the entry's id, so that an inbox
 * tells which entries its owner has received.
 */
export function journalEntryPosted(entry: JournalEntry): NewEvent {
  const { id, organizationId, date, description, source, invoiceId, reversesEntryId, lines, createdAt } = entry;
  return {
    id,
    topic: 'journal_entry_posted',
    organizationId,
    payload: {
      id,
      organizationId,
      date,
      description,
      source,
      invoiceId,
      reversesEntryId,
      lines: lines.map(({ memo: _, ...line }) => line),
      postedAt: createdAt.toISOString(),
    },
  };
}

/** `invoice_updated`: an issued invoice has another due date. */
export function invoiceUpdated({ id, organizationId, currency, dueDate, updatedAt }: Invoice): NewEvent {
  return {
    topic: 'invoice_updated',
    organizationId,
    payload: { id, organizationId, currency, dueDate, updatedAt: updatedAt.toISOString() },
  };
}

/** `invoice_created`: an invoice was issued, from now on it is a claim. */
export function invoiceCreated(invoice: Invoice): NewEvent {
  const { id, userId, organizationId, number, client, totalMinor, currency, issueDate, dueDate, status } = invoice;
  return {
    topic: 'invoice_created',
    organizationId,
    payload: {
      id,
      userId,
      organizationId,
      number,
      client,
      amount: totalMinor,
      currency,
      issueDate,
      dueDate,
      status,
      createdAt: invoice.createdAt.toISOString(),
    },
  };
}
