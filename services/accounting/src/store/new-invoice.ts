import { prepared } from '@finflow/chassis/database/prepared';
import type { EntityManager, EntitySchema } from 'typeorm';
import type { Invoice, Numbering } from '../domain/invoice.ts';
import { InvoiceSchema, LineItemSchema } from './invoices.ts';

/**
 * Adds an invoice with its lines, under its own number.
 *
 * @returns false when its number is taken
 */
export async function insertInvoice(tx: EntityManager, invoice: Invoice): Promise<boolean> {
  return (await insert(tx, invoice, undefined)) !== undefined;
}

/**
 * Adds an invoice with its lines, under the next number of the organization's count. The counter's row stays locked until
 * this transaction ends: creating invoices takes turns, which is the price of a count without gaps (a sequence would lose
 * those of rollbacks). So it comes last, and in one statement: a turn is then two round trips long, this and the commit.
 *
 * @returns its number, or undefined when somebody chose this very number by hand; the count goes on past it
 */
export async function insertNumberedInvoice(
  tx: EntityManager,
  invoice: Invoice,
  numbering: Numbering,
): Promise<string | undefined> {
  return await insert(tx, invoice, numbering);
}

async function insert(tx: EntityManager, invoice: Invoice, numbering?: Numbering): Promise<string | undefined> {
  const { lineItems, ...header } = invoice;
  const { organizationId, id } = invoice;
  const lines = lineItems.map((item, index) => ({ ...item, organizationId, invoiceId: id, lineNo: index + 1 }));
  const parameters = [rowsOf(tx, InvoiceSchema, [header]), rowsOf(tx, LineItemSchema, lines)];
  const [added] = numbering
    ? await prepared<{ number: string }>(tx, 'insert-numbered-invoice', insertion(tx, COUNTED), [
        ...parameters,
        organizationId,
        numbering.prefix,
        numbering.digits,
      ])
    : await prepared<{ number: string }>(tx, 'insert-invoice', insertion(tx, ''), parameters);
  return added?.number;
}

const COUNTED = `counted as (
    insert into invoice_counters as c (organization_id, last_number) values ($3, 1)
    on conflict (organization_id) do update set last_number = c.last_number + 1
    returning $4 || lpad(last_number::text, greatest($5, length(last_number::text)), '0') as number
  ),`;

/** The columns are named, so that it also runs on a schema that has got more of them. */
function insertion(tx: EntityManager, counted: string): string {
  const invoice = columnsOf(tx, InvoiceSchema);
  const line = columnsOf(tx, LineItemSchema);
  const numbered = invoice.map((column) => (counted && column === 'number' ? 'counted.number' : `given.${column}`));
  return `with ${counted} added as (
    insert into invoices (${invoice.join()})
    select ${numbered.join()} from jsonb_populate_recordset(null::invoices, $1) as given ${counted && ', counted'}
    on conflict do nothing
    returning number
  ), lines as (
    insert into invoice_line_items (${line.join()})
    select ${line.map((column) => `given.${column}`).join()}
    from jsonb_populate_recordset(null::invoice_line_items, $2) as given where exists (select from added)
  )
  select number from added`;
}

function columnsOf<Row extends object>(tx: EntityManager, schema: EntitySchema<Row>): string[] {
  return tx.connection.getMetadata(schema).columns.map(({ databaseName }) => databaseName);
}

/** Rows as JSON, by the names of their columns. */
function rowsOf<Row extends object>(tx: EntityManager, schema: EntitySchema<Row>, rows: readonly Row[]): string {
  const { columns } = tx.connection.getMetadata(schema);
  const named = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.databaseName, row[column.propertyName as keyof Row]])),
  );
  return JSON.stringify(named, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
}
