import { applyEach, email, maxLength, type SchemaPathTree, validate } from '@angular/forms/signals';
import {
  amountProblem,
  largestAmount,
  quantityProblem,
  rateProblem,
  requiredDate,
  requiredText,
} from '../../forms/validators.ts';
import { parseAmount } from '../../money/parse.ts';
import { type InvoiceText, liveTotals } from './invoice-model.ts';

/** Lines an invoice may have. */
export const mostLines = 200;

const wrong = (message: string | undefined) => (message ? { kind: 'invoice', message } : undefined);

/** What an invoice must be before it is sent: the contract's rules (finflow.accounting.v1), in words. */
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
      wrong(value() < of(path.issueDate) ? 'Must not be before the invoice date.' : undefined),
    );

    applyEach(path.lines, (line) => {
      requiredText(line.description, 500, 'Describe what was delivered.');
      validate(line.quantity, ({ value }) => wrong(quantityProblem(value(), locale)));
      validate(line.unitPrice, ({ value, valueOf: of }) =>
        wrong(
          amountProblem(value(), of(path.currencyCode), locale, { least: -largestAmount }) ??
            discountProblem(value(), of(path), locale),
        ),
      );
      validate(line.taxRate, ({ value }) => wrong(rateProblem(value() || '0', locale)));
    });
    validate(path.lines, ({ valueOf: of }) => wrong(totalProblem(of(path), locale)));
  };
}

// A price below zero is a discount and zero a gift; both only beside lines that come to more.
function discountProblem(price: string, text: InvoiceText, locale: string): string | undefined {
  const parsed = parseAmount(price, text.currencyCode, locale);
  const isDiscount = 'value' in parsed && parsed.value < 1n;
  return isDiscount && liveTotals(text, locale).totalMinor < 1n ? 'Enter a price above zero.' : undefined;
}

function totalProblem(text: InvoiceText, locale: string): string | undefined {
  const written = text.lines.every(({ unitPrice }) => unitPrice.trim() !== '');
  const { totalMinor } = liveTotals(text, locale);
  if (totalMinor > largestAmount) return 'The total is more than FinFlow can book.';
  return written && totalMinor < 1n ? 'The total must be above zero.' : undefined;
}
