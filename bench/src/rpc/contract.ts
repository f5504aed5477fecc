import { create } from '@bufbuild/protobuf';
import { GetInvoiceResponseSchema, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

/** The answer both servers give: a usual invoice of two lines. */
export const answer = create(GetInvoiceResponseSchema, {
  invoice: {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    number: 'INV-2026-0001',
    client: 'Alder & Quill Publishing',
    amount: usd(125_000n),
    amountDue: usd(125_000n),
    dueDate: '2026-03-31',
    issueDate: '2026-03-01',
    status: InvoiceStatus.PENDING,
    lineItems: [
      { description: 'Design', quantityMilli: 2_500n, unitPrice: usd(40_000n), taxRateBps: 0 },
      { description: 'Travel', quantityMilli: 1_000n, unitPrice: usd(25_000n), taxRateBps: 0 },
    ],
  },
});

/** A valid request; the rule on `id` is checked at each call. */
export const request = { id: '01890a5d-ac96-774b-bcce-b302099a8057' };
