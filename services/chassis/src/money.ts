import { create } from '@bufbuild/protobuf';
import { MoneySchema, type Money as WireMoney } from '@finflow/proto/finflow/common/v1/money_pb';
import { currencyExponents } from './currencies.ts';
import { invalidArgument } from './errors.ts';

/** An amount in the minor units of its currency: USD 12.34 is 1234n, JPY 12 is 12n, KWD 1.234 is 1234n. */
export interface Money {
  readonly currencyCode: string;
  readonly amountMinor: bigint;
}

/** The bounds of a signed 64-bit integer, which is what the wire and the database hold. */
export const maxAmountMinor = 2n ** 63n - 1n;
export const minAmountMinor = -(2n ** 63n);

/** Whether `code` is a current ISO 4217 currency with a minor unit. Codes are upper case. */
export function isCurrency(code: string): boolean {
  return currencyExponents.has(code);
}

/** Throws UNKNOWN_CURRENCY naming `field`. */
export function assertCurrency(code: string, field: string): void {
  if (!isCurrency(code)) {
    throw invalidArgument('UNKNOWN_CURRENCY', field, `must be an ISO 4217 currency, not "${code.slice(0, 16)}"`);
  }
}

/** How many decimal digits `code` has. Throws UNKNOWN_CURRENCY. */
export function currencyExponent(code: string): number {
  assertCurrency(code, 'currency_code');
  return currencyExponents.get(code) ?? 0;
}

/** Throws UNKNOWN_CURRENCY, or AMOUNT_OUT_OF_RANGE for what 64 bits cannot hold. */
export function money(currencyCode: string, amountMinor: bigint): Money {
  currencyExponent(currencyCode);
  if (amountMinor > maxAmountMinor || amountMinor < minAmountMinor) {
    throw invalidArgument('AMOUNT_OUT_OF_RANGE', 'amount_minor', 'must fit 64 bits');
  }
  return { currencyCode, amountMinor };
}

export function zero(currencyCode: string): Money {
  return money(currencyCode, 0n);
}

function assertSameCurrency(left: Money, right: Money): void {
  if (left.currencyCode !== right.currencyCode) {
    throw invalidArgument(
      'CURRENCY_MISMATCH',
      'currency_code',
      `must be one: ${left.currencyCode} and ${right.currencyCode} cannot be reckoned together`,
    );
  }
}

/** left + right. Throws CURRENCY_MISMATCH, AMOUNT_OUT_OF_RANGE. */
export function add(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.currencyCode, left.amountMinor + right.amountMinor);
}

/** left − right. Throws CURRENCY_MISMATCH, AMOUNT_OUT_OF_RANGE. */
export function subtract(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.currencyCode, left.amountMinor - right.amountMinor);
}

export function negate(amount: Money): Money {
  return money(amount.currencyCode, -amount.amountMinor);
}

/** Negative, zero or positive as left is less than, equal to or greater than right. Throws CURRENCY_MISMATCH. */
export function compare(left: Money, right: Money): -1 | 0 | 1 {
  assertSameCurrency(left, right);
  if (left.amountMinor === right.amountMinor) return 0;
  return left.amountMinor < right.amountMinor ? -1 : 1;
}

export function isZero(amount: Money): boolean {
  return amount.amountMinor === 0n;
}

/**
 * Splits an amount in proportion to `weights` (not negative, not all zero) so that the parts sum to it exactly.
 * Largest remainder (Hamilton): each part is rounded toward zero, then the minor units left over go one each to the
 * largest remainders, earlier parts first among equals. No part is off its exact share by a whole minor unit.
 */
export function allocate(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must not be negative, nor all zero');
  }
  const sign = amount.amountMinor < 0n ? -1n : 1n;
  const magnitude = sign * amount.amountMinor;
  const shares = weights.map((weight, index) => ({
    index,
    minor: (magnitude * weight) / total,
    remainder: (magnitude * weight) % total,
  }));
  let left = magnitude - shares.reduce((sum, share) => sum + share.minor, 0n);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.minor += 1n;
    left -= 1n;
  }
  return shares.map((share) => money(amount.currencyCode, sign * share.minor));
}

/** The amount in decimal digits without grouping: `1234.50`, `-0.05`, `12` for JPY. */
export function toDecimal(amount: Money): string {
  const exponent = currencyExponent(amount.currencyCode);
  const sign = amount.amountMinor < 0n ? '-' : '';
  const digits = (amount.amountMinor < 0n ? -amount.amountMinor : amount.amountMinor)
    .toString()
    .padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** For people, locale-free: `USD 1,234.50`. */
export function formatMoney(amount: Money): string {
  const [whole = '', fraction] = toDecimal(amount).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${amount.currencyCode} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}

/**
 * Reads `12.34`, `-5`, `0.5`. Throws UNKNOWN_CURRENCY, MALFORMED_AMOUNT (signs, exponents, grouping, blanks) or
 * TOO_MANY_DECIMALS: nothing is ever rounded on the way in. Errors name `field`.
 */
export function parseDecimal(currencyCode: string, text: string, field = 'amount'): Money {
  const exponent = currencyExponent(currencyCode);
  const match = /^(-?)(\d{1,19})(?:\.(\d{1,19}))?$/.exec(text);
  if (match === null) throw invalidArgument('MALFORMED_AMOUNT', field, 'must be a decimal number such as 1234.50');
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.length > exponent) {
    throw invalidArgument(
      'TOO_MANY_DECIMALS',
      field,
      `must have at most ${exponent} decimal digits in ${currencyCode}`,
    );
  }
  const minor = BigInt(whole + fraction.padEnd(exponent, '0'));
  return money(currencyCode, sign === '-' ? -minor : minor);
}

/** As the contracts carry it. */
export function toProto({ currencyCode, amountMinor }: Money): WireMoney {
  return create(MoneySchema, { currencyCode, amountMinor });
}

/**
 * From a contract's message; an empty currency means `defaultCurrency`, where the contract allows that. Errors name
 * the field below `field`: AMOUNT_REQUIRED when there is no message, CURRENCY_REQUIRED, UNKNOWN_CURRENCY.
 */
export function fromProto(wire: WireMoney | undefined, field = 'amount', defaultCurrency = ''): Money {
  if (wire === undefined) throw invalidArgument('AMOUNT_REQUIRED', field, 'is required');
  const currencyCode = wire.currencyCode || defaultCurrency;
  const currencyField = `${field}.currency_code`;
  if (currencyCode === '') throw invalidArgument('CURRENCY_REQUIRED', currencyField, 'is required');
  assertCurrency(currencyCode, currencyField);
  return money(currencyCode, wire.amountMinor);
}
