import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type ExportJournalResponse,
  ExportJournalResponseSchema,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import type { ExportedPage } from '../queries/export-journal.ts';
import { toWireAccount, toWireEntry } from './ledger-reply.ts';

/** A page of the exported journal as the contract carries it. */
export function toWirePage(page: ExportedPage): ExportJournalResponse {
  const { organizationId: id, currency: currencyCode, timeZone, settingsAt } = page.organization;
  return create(ExportJournalResponseSchema, {
    organization: { id, currencyCode, timeZone, settingsAt: timestampFromDate(settingsAt) },
    journalEntries: page.entries.map(toWireEntry),
    accounts: page.accounts.map((account) => toWireAccount(account)),
    dueDates: page.dueDates.map(({ invoiceId, currency, dueDate, updatedAt }) => ({
      invoiceId,
      currencyCode: currency,
      dueDate,
      updatedAt: timestampFromDate(updatedAt),
    })),
    nextPageToken: page.nextPageToken,
  });
}
