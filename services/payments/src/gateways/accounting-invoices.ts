import { Code, ConnectError } from '@connectrpc/connect';
import { unauthenticated, unavailable } from '@finflow/chassis/errors';
import { fromProto } from '@finflow/chassis/money';
import { bearer, grpcClient } from '@finflow/chassis/rpc/client';
import type { GrpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import type { InvoiceDirectory, PayableInvoice } from '../domain/invoice.ts';

/** Payment pages wait for this, so it is short. */
const TIMEOUT_MS = 5_000;

const statuses: Readonly<Record<number, PayableInvoice['status']>> = {
  [InvoiceStatus.DRAFT]: 'DRAFT',
  [InvoiceStatus.PENDING]: 'PENDING',
  [InvoiceStatus.PARTIALLY_PAID]: 'PARTIALLY_PAID',
  [InvoiceStatus.PAID]: 'PAID',
  [InvoiceStatus.OVERDUE]: 'OVERDUE',
  [InvoiceStatus.CANCELLED]: 'CANCELLED',
};

/** Looks invoices up in the accounting service, in the caller's name. `address` is `host:port` of its gRPC port. */
export function accountingInvoices(address: string, security?: GrpcSecurity): InvoiceDirectory {
  const client = grpcClient(InvoiceService, address, { defaultTimeoutMs: TIMEOUT_MS, security });
  return {
    async find(invoiceId, token) {
      try {
        const { invoice } = await client.getInvoice({ id: invoiceId }, bearer(token));
        const status = invoice && statuses[invoice.status];
        if (!invoice || !status) throw new Error('accounting answered without an invoice, or with a new status');
        return { id: invoice.id, status, total: fromProto(invoice.amount) };
      } catch (error) {
        const { code } = ConnectError.from(error);
        if (code === Code.NotFound) return undefined;
        if (code === Code.Unauthenticated) {
          throw unauthenticated('TOKEN_EXPIRED', 'The access token expired on the way; log in again.');
        }
        const message = 'The invoice cannot be checked now, so nothing was charged; try again.';
        throw unavailable('ACCOUNTING_UNAVAILABLE', message, { cause: error });
      }
    },
    close: () => client.close(),
  };
}
