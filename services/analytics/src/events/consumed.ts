import type { EventHandlers } from '@finflow/chassis/inbox/consumer-group';
import { applyJournalEntry } from '../commands/apply-journal-entry.ts';
import { recordInvoice } from '../commands/record-invoice.ts';
import { recordOrganization } from '../commands/record-organization.ts';

/** What analytics does about each event of the others, in the transaction that marks the event received. */
export const eventHandlers: EventHandlers = {
  journal_entry_posted: (tx, { payload }) => applyJournalEntry(tx, payload),
  invoice_created: (tx, { payload }) => recordInvoice(tx, payload, payload.createdAt),
  invoice_updated: (tx, { payload }) => recordInvoice(tx, payload, payload.updatedAt),
  user_created: (tx, { payload }) => recordOrganization(tx, payload, payload.createdAt),
  organization_updated: (tx, { payload }) => recordOrganization(tx, payload, payload.updatedAt),
};
