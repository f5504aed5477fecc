import {
  bigintColumn,
  dateColumn,
  instantColumn,
  integerColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { notFound } from '@finflow/chassis/errors';
import { type EntityManager, EntitySchema, In, LessThan } from 'typeorm';
import type { Invoice, InvoiceHeader, Moment } from '../domain/invoice.ts';
import type { LineItem } from '../domain/invoice-totals.ts';

export const InvoiceSchema = new EntitySchema<InvoiceHeader>({
  name: 'invoice',
  tableName: 'invoices',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    number: textColumn(),
    userId: uuidColumn(),
    client: textColumn(),
    clientEmail: textColumn(),
    currency: textColumn(),
    subtotalMinor: bigintColumn(),
    taxMinor: bigintColumn(),
    totalMinor: bigintColumn(),
    paidMinor: bigintColumn(),
    issueDate: dateColumn(),
    dueDate: dateColumn(),
    status: textColumn(),
    notes: textColumn(),
    cancelReason: textColumn(),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
    issuedAt: instantColumn({ nullable: true }),
    paidAt: instantColumn({ nullable: true }),
    cancelledAt: instantColumn({ nullable: true }),
  },
});

interface LineItemRow extends LineItem {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly lineNo: number;
}

export const LineItemSchema = new EntitySchema<LineItemRow>({
  name: 'line_item',
  tableName: 'invoice_line_items',
  columns: {
    organizationId: organizationIdColumn(),
    invoiceId: uuidColumn({ primary: true }),
    lineNo: integerColumn({ type: 'smallint', primary: true }),
    description: textColumn(),
    quantityMilli: bigintColumn(),
    unitPriceMinor: bigintColumn(),
    taxRateBps: integerColumn(),
    netMinor: bigintColumn(),
    taxMinor: bigintColumn(),
  },
});

/**
 * An invoice with its lines.
 *
 * @param lock 'update' for whoever changes it: issuing, cancelling, paying and refunding one invoice take turns
 * @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND`
 */
export async function loadInvoice(tx: EntityManager, id: string, lock: 'update' | 'none' = 'none'): Promise<Invoice> {
  const header = lock === 'update' ? await lockInvoice(tx, id) : await tx.findOneBy(InvoiceSchema, { id });
  const [invoice] = header ? await withLineItems(tx, [header]) : [];
  if (!invoice) throw notFound('INVOICE_NOT_FOUND', 'There is no such invoice.', 'id');
  return invoice;
}

/** An invoice without its lines, locked for change; null when there is none. */
export async function lockInvoice(tx: EntityManager, id: string): Promise<InvoiceHeader | null> {
  return await tx.findOne(InvoiceSchema, { where: { id }, lock: { mode: 'for_no_key_update' } });
}

/** Completes invoices by their lines, in one statement. */
export async function withLineItems(tx: EntityManager, rows: readonly InvoiceHeader[]): Promise<Invoice[]> {
  if (rows.length === 0) return [];
  const items = await tx.find(LineItemSchema, {
    where: { invoiceId: In(rows.map(({ id }) => id)) },
    order: { invoiceId: 'ASC', lineNo: 'ASC' },
  });
  const itemsOf = Map.groupBy(items, ({ invoiceId }) => invoiceId);
  return rows.map((row) => ({
    ...row,
    lineItems: (itemsOf.get(row.id) ?? []).map(({ organizationId: _o, invoiceId: _i, lineNo: _n, ...item }) => item),
  }));
}

/** Saves an invoice, its lines apart, that this transaction holds the lock of. */
export async function saveInvoice(tx: EntityManager, invoice: InvoiceHeader): Promise<void> {
  const { organizationId, id, ...changes } = headerOf(invoice);
  const { affected } = await tx.update(InvoiceSchema, { organizationId, id }, changes);
  if (affected !== 1) throw new Error(`Saving invoice ${id} changed ${affected} rows instead of one.`);
}

/** Puts an invoice's lines in place of those it had; a draft's only. */
export async function replaceLineItems(tx: EntityManager, invoice: Invoice): Promise<void> {
  await tx.delete(LineItemSchema, { organizationId: invoice.organizationId, invoiceId: invoice.id });
  await insertLineItems(tx, invoice);
}

function headerOf(invoice: InvoiceHeader & Partial<Pick<Invoice, 'lineItems'>>): InvoiceHeader {
  const { lineItems: _, ...header } = invoice;
  return header;
}

async function insertLineItems(tx: EntityManager, { organizationId, id, lineItems }: Invoice): Promise<void> {
  const rows = lineItems.map((item, index) => ({ ...item, organizationId, invoiceId: id, lineNo: index + 1 }));
  await tx.insert(LineItemSchema, rows);
}

/**
 * Marks what was due before today and is not paid in full; returns how many invoices that changed. Today can also be
 * earlier than it was, after a move to a time zone further west: what is not overdue there is taken back.
 */
export async function markInvoicesOverdue(
  tx: EntityManager,
  organizationId: string,
  { now, today }: Moment,
): Promise<number> {
  const { affected } = await tx.update(
    InvoiceSchema,
    { organizationId, status: In(['PENDING', 'PARTIALLY_PAID']), dueDate: LessThan(today) },
    { status: 'OVERDUE', updatedAt: now },
  );
  await tx.query(
    `update invoices set status = case when paid_minor > 0 then 'PARTIALLY_PAID' else 'PENDING' end, updated_at = $3
     where organization_id = $1 and status = 'OVERDUE' and due_date >= $2`,
    [organizationId, today, now],
  );
  return affected ?? 0;
}

/** Which of these ids are invoices of the organization; empty ids are passed over. */
export async function existingInvoices(tx: EntityManager, ids: readonly string[]): Promise<Set<string>> {
  const asked = [...new Set(ids)].filter((id) => id !== '');
  if (asked.length === 0) return new Set();
  const rows: { id: string }[] = await tx.query('select id from invoices where id = any($1::uuid[])', [asked]);
  return new Set(rows.map(({ id }) => id));
}
