import type { FieldTree } from '@angular/forms/signals';
import type { InvoiceText, LineText } from './invoice-model.ts';

const ofInvoice: Record<string, keyof Omit<InvoiceText, 'lines'>> = {
  client: 'client',
  client_email: 'clientEmail',
  number: 'number',
  issue_date: 'issueDate',
  due_date: 'dueDate',
  notes: 'notes',
};

const ofLine: Record<string, keyof LineText> = {
  description: 'description',
  quantity_milli: 'quantity',
  unit_price: 'unitPrice',
  tax_rate_bps: 'taxRate',
};

/** The form's field for a path of CreateInvoiceRequest: `line_items[2].unit_price.amount_minor` is the third price. */
export function fieldOfRequest(form: FieldTree<InvoiceText>, path: string): FieldTree<unknown> | undefined {
  const line = /^line_items\[(\d+)\]\.(\w+)/.exec(path);
  if (line) {
    const name = ofLine[line[2] ?? ''];
    return name && form.lines[Number(line[1])]?.[name];
  }
  if (path === 'line_items') return form.lines;
  if (path.endsWith('currency_code')) return form.currencyCode;
  const name = ofInvoice[path];
  return name && form[name];
}
