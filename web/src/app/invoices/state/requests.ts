import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CreateInvoiceRequestSchema,
  ListInvoicesRequestSchema,
} from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { pageSize } from '../../listing/listing.ts';
import type { InvoiceQuery, WrittenInvoice } from '../invoice.ts';

/** The request for a page of the list. */
export function listRequest({
  search,
  statuses,
  place,
}: InvoiceQuery): MessageInitShape<typeof ListInvoicesRequestSchema> {
  return {
    pageSize,
    pageToken: place.pageToken,
    orderBy: place.orderBy,
    query: search,
    statuses: [...statuses],
  };
}

/** The request that makes an invoice as written. */
export function createRequest(
  invoice: WrittenInvoice,
  issue: boolean,
  requestId: string,
): MessageInitShape<typeof CreateInvoiceRequestSchema> {
  const { lines, currencyCode, ...words } = invoice;
  return {
    ...words,
    issue,
    requestId,
    lineItems: lines.map(({ description, quantityMilli, unitPriceMinor, taxRateBps }) => ({
      description,
      quantityMilli,
      unitPrice: { currencyCode, amountMinor: unitPriceMinor },
      taxRateBps: Number(taxRateBps),
    })),
  };
}
