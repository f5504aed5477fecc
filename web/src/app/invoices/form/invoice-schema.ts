import { applyEach, email, maxLength, type SchemaPathTree, validate } from '@angular/forms/signals';
import { amountProblem, quantityProblem, rateProblem, requiredDate, requiredText } from '../../forms/validators.ts';
import { type InvoiceText, liveTotals } from './invoice-model.ts';

const wrong = (message: string | undefined) => (message ? { kind: 'invoice', message } : undefined);

/** What an invoice must be before it is sent: the contract's rules, in words. */
export function invoiceSchema(locale: string) {
  return (path: SchemaPathTree<InvoiceText>): void => {
    requiredText(path.client, 200, 'Enter the client’s name.');
    email(path.clientEmail, { message: 'Enter an address such as ana@example.com.' });
    maxLength(path.clientEmail, 254, { message: 'Use at most 254 characters.' });
    maxLength(path.number, 64, { message: 'Use at most 64 characters.' });
    maxLength(path.notes, 2000, { message: 'Use at most 2000 characters.' });
    requiredDate(path.issueDate, 'Choose the date of the invoice.');
    requiredDate(path.dueDate, 'Choose the due date.');
    validate(path.dueDate, ({ value, valueOf: of }) =>
      wrong(value() < of(path.issueDate) ? 'The due date must not be before the invoice date.' : undefined),
    );

    applyEach(path.lines, (line) => {
      requiredText(line.description, 500, 'Describe what was delivered.');
      validate(line.quantity, ({ value }) => wrong(quantityProblem(value(), locale)));
      // A discount is a line with a price below zero.
      validate(line.unitPrice, ({ value, valueOf: of }) =>
        wrong(amountProblem(value(), of(path.currencyCode), locale, { least: -1_000_000_000_000_000n })),
      );
      validate(line.taxRate, ({ value }) => wrong(rateProblem(value() || '0', locale)));
    });
    validate(path.lines, ({ valueOf: of }) => {
      const text = of(path);
      const written = text.lines.every(({ unitPrice }) => unitPrice.trim() !== '');
      const { totalMinor } = liveTotals(text, locale);
      return wrong(written && totalMinor < 1n ? 'The total must be above zero.' : undefined);
    });
  };
}
