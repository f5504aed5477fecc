import { invalidArgument } from '@finflow/chassis/errors';
import { assertCurrency } from '@finflow/chassis/money';
import { type InvoiceTotals, invoiceTotals } from './invoice-totals.ts';

/** An amount as a request gives it; an empty currency means a default. */
export interface RequestedAmount {
  readonly currencyCode: string;
  readonly amountMinor: bigint;
}

/** An invoice line as a request gives it; a quantity of 0 means one unit. */
export interface RequestedLineItem {
  readonly description: string;
  readonly quantityMilli: bigint;
  readonly unitPrice: RequestedAmount;
  readonly taxRateBps: number;
}

/** What an invoice is to be about: an amount, lines, or lines and the amount they must come to. */
export interface RequestedAmounts {
  readonly amount?: RequestedAmount;
  readonly lineItems: readonly RequestedLineItem[];
}

/**
 * The invoice's currency, lines and totals. An amount alone is one line of it, without tax.
 *
 * @throws DomainError INVALID_ARGUMENT `AMOUNT_OR_LINE_ITEMS_REQUIRED`, `UNKNOWN_CURRENCY`, `CURRENCY_MISMATCH`,
 *   `AMOUNT_MISMATCH`, and those of `invoiceTotals`
 */
export function invoiceAmounts(
  { amount, lineItems }: RequestedAmounts,
  defaultCurrency: string,
): InvoiceTotals & { readonly currency: string } {
  if (!amount && lineItems.length === 0) {
    throw invalidArgument('AMOUNT_OR_LINE_ITEMS_REQUIRED', 'amount', 'is required when there are no line_items');
  }
  const currency = chosenCurrency(amount, lineItems, defaultCurrency);
  if (amount && lineItems.length === 0) {
    const line = { description: 'Services', quantityMilli: 1000n, unitPriceMinor: amount.amountMinor, taxRateBps: 0 };
    return { currency, ...invoiceTotals([line], 'amount') };
  }
  const totals = invoiceTotals(
    lineItems.map(({ description, quantityMilli, unitPrice, taxRateBps }) => ({
      description,
      quantityMilli: quantityMilli || 1000n,
      unitPriceMinor: unitPrice.amountMinor,
      taxRateBps,
    })),
    'line_items',
  );
  if (amount && amount.amountMinor !== totals.totalMinor) {
    throw invalidArgument(
      'AMOUNT_MISMATCH',
      'amount',
      `must be ${totals.totalMinor} minor units, which the lines come to`,
      {
        totalMinor: totals.totalMinor.toString(),
      },
    );
  }
  return { currency, ...totals };
}

/** The one currency that amount and lines name; what names none is in it. */
function chosenCurrency(
  amount: RequestedAmount | undefined,
  lineItems: readonly RequestedLineItem[],
  defaultCurrency: string,
): string {
  const named = [
    { field: 'amount.currency_code', code: amount?.currencyCode ?? '' },
    ...lineItems.map(({ unitPrice }, index) => ({
      field: `line_items[${index}].unit_price.currency_code`,
      code: unitPrice.currencyCode,
    })),
  ].filter(({ code }) => code !== '');
  const currency = named[0]?.code ?? defaultCurrency;
  for (const { field, code } of named) {
    assertCurrency(code, field);
    if (code !== currency) throw invalidArgument('CURRENCY_MISMATCH', field, `must be ${currency}, as the invoice is`);
  }
  return currency;
}
