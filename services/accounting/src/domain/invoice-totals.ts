import { invalidArgument } from '@finflow/chassis/errors';

/** One line of an invoice as asked for. Amounts are minor units of the invoice's currency. */
export interface LineItemInput {
  readonly description: string;
  /** Thousandths of a unit: 2500 is two and a half. */
  readonly quantityMilli: bigint;
  /** Below zero for a discount. */
  readonly unitPriceMinor: bigint;
  /** Basis points: 2000 is 20 %. */
  readonly taxRateBps: number;
}

/** The same with its amounts. */
export interface LineItem extends LineItemInput {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

export interface InvoiceTotals {
  readonly lineItems: readonly LineItem[];
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** The contract's bound on an amount (see Money): ten trillion dollars. */
export const maxAmountMinor = 1_000_000_000_000_000n;

/**
 * Sums up an invoice. Commercial rounding, line by line: net = quantity × unit price and tax = net × rate are each
 * rounded half away from zero to the minor unit, so that the printed lines add up to the printed totals.
 *
 * @param field the request's field that gave the amounts, for errors
 * @throws DomainError INVALID_ARGUMENT `AMOUNT_TOO_LARGE`, `AMOUNT_NOT_POSITIVE`
 */
export function invoiceTotals(inputs: readonly LineItemInput[], field: string): InvoiceTotals {
  const lineItems = inputs.map((input, index) => {
    const netMinor = divideHalfAwayFromZero(input.quantityMilli * input.unitPriceMinor, 1000n);
    if (magnitude(netMinor) > maxAmountMinor) throw tooLarge(inputs.length === 1 ? field : `${field}[${index}]`);
    return { ...input, netMinor, taxMinor: divideHalfAwayFromZero(netMinor * BigInt(input.taxRateBps), 10_000n) };
  });
  const subtotalMinor = lineItems.reduce((sum, { netMinor }) => sum + netMinor, 0n);
  const taxMinor = lineItems.reduce((sum, line) => sum + line.taxMinor, 0n);
  const totalMinor = subtotalMinor + taxMinor;
  if (totalMinor > maxAmountMinor) throw tooLarge(field);
  if (totalMinor < 1n) {
    throw invalidArgument('AMOUNT_NOT_POSITIVE', field, 'must come to at least one minor unit, such as one cent');
  }
  return { lineItems, subtotalMinor, taxMinor, totalMinor };
}

/** numerator ÷ denominator (above zero), rounded to the nearest whole; a half goes away from zero. */
export function divideHalfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const rounded = (magnitude(numerator) * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function tooLarge(field: string): Error {
  return invalidArgument('AMOUNT_TOO_LARGE', field, `must not exceed ${maxAmountMinor} minor units`);
}
