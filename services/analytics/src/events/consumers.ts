import type { EventHandlers } from '@finflow/chassis/inbox/consumer-group';
import { applyJournalEntry } from '../commands/apply-journal-entry.ts';
import { recordInvoice } from '../commands/record-invoice.ts';
import { recordOrganization } from '../commands/record-organization.ts';

/** What analytics does with what others publish. Each handler runs in the transaction that marks its event received. */
export const consumers: EventHandlers = {
  journal_entry_posted: (tx, { payload }) => applyJournalEntry(tx, payload),
  invoice_created: (tx, { payload }) => recordInvoice(tx, payload),
  user_created: (tx, { payload }) => recordOrganization(tx, payload, payload.createdAt),
  organization_updated: (tx, { payload }) => recordOrganization(tx, payload, payload.updatedAt),
};
