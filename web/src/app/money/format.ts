import { exponentOf } from './currency.ts';

/** An amount as every contract has it: a count of the currency's minor unit. */
export interface MoneyValue {
  readonly currencyCode: string;
  readonly amountMinor: bigint;
}

/** Whether there is an amount and it is above zero. */
export function isPositive(money: MoneyValue | undefined): boolean {
  return money !== undefined && money.amountMinor > 0n;
}

/** The exact decimal text of an amount, `-12.34`, without currency or grouping. */
export function toDecimal(amountMinor: bigint, currencyCode: string): string {
  const exponent = exponentOf(currencyCode);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

// Making an Intl.NumberFormat costs about fifty times what using one does, and a list shows hundreds of amounts.
const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(locale: string, currencyCode: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${currencyCode}|${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency: currencyCode, ...options });
  formats.set(key, made);
  return made;
}

/**
 * An amount for people: the currency's own decimals, the locale's separators and a true minus sign where the locale has
 * one. Exact for any size, because Intl is given text and never a floating-point number. An amount without a currency
 * (a total over nothing) is an empty text.
 */
export function formatMoney(money: MoneyValue, locale: string): string {
  if (!money.currencyCode) return '';
  const digits = exponentOf(money.currencyCode);
  const format = currencyFormat(locale, money.currencyCode, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(toDecimal(money.amountMinor, money.currencyCode) as Intl.StringNumericLiteral);
}

/** An amount rounded to whole units of the currency, for figures read at a glance: `$12,346`. */
export function formatWholeMoney(money: MoneyValue, locale: string): string {
  if (!money.currencyCode) return '';
  const format = currencyFormat(locale, money.currencyCode, { minimumFractionDigits: 0, maximumFractionDigits: 0 });
  return format.format(toDecimal(money.amountMinor, money.currencyCode) as Intl.StringNumericLiteral);
}

/** A rate in basis points (1900) for people (19%). */
export function formatRate(basisPoints: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);
}

/** A quantity in thousandths (1500n) for people (1.5). */
export function formatQuantity(quantityMilli: bigint, locale: string): string {
  const digits = (quantityMilli < 0n ? -quantityMilli : quantityMilli).toString().padStart(4, '0');
  const text = `${quantityMilli < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(text as Intl.StringNumericLiteral);
}
