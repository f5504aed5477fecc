import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toProto } from '@finflow/chassis/money';
import {
  InvoiceSchema,
  type Invoice as WireInvoice,
  InvoiceStatus as WireStatus,
} from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { amountDue, type Invoice, type InvoiceStatus } from '../domain/invoice.ts';

const wireStatuses: Readonly<Record<InvoiceStatus, WireStatus>> = {
  DRAFT: WireStatus.DRAFT,
  PENDING: WireStatus.PENDING,
  PARTIALLY_PAID: WireStatus.PARTIALLY_PAID,
  PAID: WireStatus.PAID,
  OVERDUE: WireStatus.OVERDUE,
  CANCELLED: WireStatus.CANCELLED,
};

const statuses = new Map(Object.entries(wireStatuses).map(([name, wire]) => [wire, name as InvoiceStatus]));

/** Statuses as a request names them; the contract's rules let no other value in. */
export function statusesOf(wire: readonly WireStatus[]): InvoiceStatus[] {
  return wire.flatMap((status) => statuses.get(status) ?? []);
}

/** An invoice as the contract carries it. */
export function toWireInvoice(invoice: Invoice): WireInvoice {
  const { currency: currencyCode, issuedAt, paidAt, cancelledAt } = invoice;
  const money = (amountMinor: bigint) => toProto({ currencyCode, amountMinor });
  return create(InvoiceSchema, {
    id: invoice.id,
    userId: invoice.userId,
    organizationId: invoice.organizationId,
    number: invoice.number,
    client: invoice.client,
    clientEmail: invoice.clientEmail,
    amount: money(invoice.totalMinor),
    subtotal: money(invoice.subtotalMinor),
    tax: money(invoice.taxMinor),
    amountPaid: money(invoice.paidMinor),
    amountDue: money(amountDue(invoice)),
    dueDate: invoice.dueDate,
    issueDate: invoice.issueDate,
    status: wireStatuses[invoice.status],
    lineItems: invoice.lineItems.map((line) => ({
      description: line.description,
      quantityMilli: line.quantityMilli,
      unitPrice: money(line.unitPriceMinor),
      taxRateBps: line.taxRateBps,
      net: money(line.netMinor),
      tax: money(line.taxMinor),
    })),
    notes: invoice.notes,
    createdAt: timestampFromDate(invoice.createdAt),
    updatedAt: timestampFromDate(invoice.updatedAt),
    issuedAt: issuedAt ? timestampFromDate(issuedAt) : undefined,
    paidAt: paidAt ? timestampFromDate(paidAt) : undefined,
    cancelledAt: cancelledAt ? timestampFromDate(cancelledAt) : undefined,
    cancelReason: invoice.cancelReason,
  });
}
