import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { awaitBooks } from '@finflow/chassis/rpc/await-books';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import {
  type CreateInvoiceRequest,
  InvoiceService,
  type UpdateInvoiceRequest,
} from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { cancelInvoice } from '../commands/cancel-invoice.ts';
import { createInvoice } from '../commands/create-invoice.ts';
import { issueInvoice } from '../commands/issue-invoice.ts';
import { updateInvoice } from '../commands/update-invoice.ts';
import type { RequestedAmounts } from '../domain/invoice-amounts.ts';
import type { AccountingParts } from '../parts.ts';
import { getInvoice } from '../queries/get-invoice.ts';
import { listInvoices } from '../queries/list-invoices.ts';
import { statusesOf, toWireInvoice } from './invoice-reply.ts';

const { method } = InvoiceService;

/** InvoiceService of the contract. */
export function invoiceService(parts: AccountingParts): ServedService {
  const served = serve(InvoiceService, {
    async createInvoice(request, context) {
      const { client, clientEmail, dueDate, issueDate, notes, number, issue } = request;
      const wanted = { client, clientEmail, dueDate, issueDate, notes, number, issue, ...amountsOf(request) };
      const key = requestKey(method.createInvoice, request);
      return { invoice: toWireInvoice(await createInvoice(parts, memberOf(context), wanted, key)) };
    },
    async updateInvoice(request, context) {
      const { id, client, clientEmail, dueDate, issueDate, notes, number } = request;
      const change = { id, client, clientEmail, dueDate, issueDate, notes, number, ...amountsOf(request) };
      const key = requestKey(method.updateInvoice, request);
      return { invoice: toWireInvoice(await updateInvoice(parts, memberOf(context), change, key)) };
    },
    async issueInvoice(request, context) {
      const key = requestKey(method.issueInvoice, request);
      return { invoice: toWireInvoice(await issueInvoice(parts, memberOf(context), request.id, key)) };
    },
    async cancelInvoice(request, context) {
      const key = requestKey(method.cancelInvoice, request);
      return { invoice: toWireInvoice(await cancelInvoice(parts, memberOf(context), request, key)) };
    },
    async getInvoice(request, context) {
      return { invoice: toWireInvoice(await getInvoice(parts, memberOf(context), request.id)) };
    },
    async listInvoices(request, context) {
      const { query, currencyCode, amountMinorMin, amountMinorMax } = request;
      const { dueDateFrom, dueDateTo, issueDateFrom, issueDateTo } = request;
      const filters = {
        ...{ statuses: statusesOf(request.statuses), query, currencyCode, amountMinorMin, amountMinorMax },
        ...{ dueDateFrom, dueDateTo, issueDateFrom, issueDateTo },
      };
      const page = await listInvoices(parts, memberOf(context), filters, request);
      return {
        invoices: page.invoices.map(toWireInvoice),
        nextPageToken: page.nextPageToken,
        totalSize: page.totalSize,
      };
    },
  });
  return awaitBooks(served);
}

function amountsOf({ amount, lineItems }: CreateInvoiceRequest | UpdateInvoiceRequest): RequestedAmounts {
  return {
    amount,
    lineItems: lineItems.map(({ description, quantityMilli, unitPrice, taxRateBps }) => ({
      description,
      quantityMilli,
      // The contract requires it; the zero only satisfies the type.
      unitPrice: unitPrice ?? { currencyCode: '', amountMinor: 0n },
      taxRateBps,
    })),
  };
}
