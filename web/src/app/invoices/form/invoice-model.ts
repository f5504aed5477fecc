import { parseAmount, parseQuantity, parseRate } from '../../money/parse.ts';
import { type InvoiceTotals, type LineFigures, totalsOf } from '../../money/totals.ts';
import type { WrittenInvoice } from '../invoice.ts';

/** One line as typed. */
export interface LineText {
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly taxRate: string;
}

/** The whole form as typed. */
export interface InvoiceText {
  readonly client: string;
  readonly clientEmail: string;
  readonly number: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly currencyCode: string;
  readonly notes: string;
  readonly lines: LineText[];
}

/**
 * A line nothing is written in yet. Each is made anew: the form knows its lines by a mark on the object, which a copy of
 * another line would carry too.
 */
export function emptyLine(taxRate = '0'): LineText {
  return { description: '', quantity: '1', unitPrice: '', taxRate };
}

const nothing: LineFigures = { quantityMilli: 0n, unitPriceMinor: 0n, taxRateBps: 0n };

/** What a line says in figures; a line that cannot be read yet counts for nothing. */
function figuresOf(line: LineText, currencyCode: string, locale: string): LineFigures {
  const quantity = parseQuantity(line.quantity, locale);
  const price = parseAmount(line.unitPrice, currencyCode, locale);
  const rate = parseRate(line.taxRate || '0', locale);
  if ('problem' in quantity || 'problem' in price || 'problem' in rate) return nothing;
  return { quantityMilli: quantity.value, unitPriceMinor: price.value, taxRateBps: rate.value };
}

/** What the lines come to as they are typed. */
export function liveTotals({ lines, currencyCode }: InvoiceText, locale: string): InvoiceTotals {
  return totalsOf(lines.map((line) => figuresOf(line, currencyCode, locale)));
}

/** The invoice a valid form stands for. */
export function invoiceOf(text: InvoiceText, locale: string): WrittenInvoice {
  const { lines, client, clientEmail, number, notes, ...rest } = text;
  return {
    ...rest,
    client: client.trim(),
    clientEmail: clientEmail.trim(),
    number: number.trim(),
    notes: notes.trim(),
    lines: lines.map((line) => ({
      description: line.description.trim(),
      ...figuresOf(line, text.currencyCode, locale),
    })),
  };
}
