import { email, maxLength, minLength, required, type SchemaPath, validate } from '@angular/forms/signals';
import { isCalendarDate } from '../dates/calendar.ts';
import { exponentOf } from '../money/currency.ts';
import { type Parsed, parseAmount, parseQuantity, parseRate } from '../money/parse.ts';

// The contracts' own bounds, said at once and in words; the services check them all again.

/** An email address as auth takes it: present, well formed, at most 254 characters. */
export function emailAddress(path: SchemaPath<string>): void {
  required(path, { message: 'Enter your email address.' });
  email(path, { message: 'Enter an address such as ana@example.com.' });
  maxLength(path, 254, { message: 'Use at most 254 characters.' });
}

/** A new password: 8 to 128 characters. */
export function newPassword(path: SchemaPath<string>): void {
  required(path, { message: 'Choose a password.' });
  minLength(path, 8, { message: 'Use at least 8 characters.' });
  maxLength(path, 128, { message: 'Use at most 128 characters.' });
}

/** Text that must be there, up to a length. */
export function requiredText(path: SchemaPath<string>, most: number, message: string): void {
  validate(path, ({ value }) => (value().trim() ? undefined : { kind: 'required', message }));
  maxLength(path, most, { message: `Use at most ${most} characters.` });
}

/** The calendar date of something, years 1900–2199 (finflow.common.v1.business_date), that must be there. */
export function requiredDate(path: SchemaPath<string>, message: string): void {
  validate(path, ({ value }) => (isCalendarDate(value()) ? undefined : { kind: 'date', message }));
  validate(path, ({ value }) =>
    /^(19|20|21)/.test(value()) ? undefined : { kind: 'year', message: 'Choose a date from 1900 to 2199.' },
  );
}

function decimalsMessage(currencyCode: string): string {
  const decimals = exponentOf(currencyCode);
  if (decimals === 0) return `${currencyCode} has no decimals.`;
  return `${currencyCode} has at most ${decimals} decimals.`;
}

function problemOf(parsed: Parsed, least: bigint, most: bigint, words: Record<string, string>): string | undefined {
  if ('problem' in parsed) return words[parsed.problem];
  if (parsed.value < least) return words.least;
  if (parsed.value > most) return words.most;
  return undefined;
}

/** The largest amount of the contracts, in minor units: ten trillion dollars (finflow.common.v1.Money). */
export const largestAmount = 1_000_000_000_000_000n;

/** Why a typed amount cannot be taken, or undefined. `least` and `most` are in minor units. */
export function amountProblem(
  text: string,
  currencyCode: string,
  locale: string,
  { least = 1n, most = largestAmount, mostMessage = 'This is more than FinFlow can book.' } = {},
): string | undefined {
  return problemOf(parseAmount(text, currencyCode, locale), least, most, {
    format: 'Enter an amount.',
    decimals: decimalsMessage(currencyCode),
    size: 'This is more than FinFlow can book.',
    least: 'Enter an amount above zero.',
    most: mostMessage,
  });
}

/** Why a typed quantity cannot be taken, or undefined. */
export function quantityProblem(text: string, locale: string): string | undefined {
  return problemOf(parseQuantity(text, locale), 1n, 1_000_000_000n, {
    format: 'Enter a quantity.',
    decimals: 'Use at most 3 decimals.',
    size: 'Use at most 1,000,000.',
    least: 'Must be above zero.',
    most: 'Use at most 1,000,000.',
  });
}

/** Why a typed tax rate cannot be taken, or undefined. */
export function rateProblem(text: string, locale: string): string | undefined {
  return problemOf(parseRate(text, locale), 0n, 10_000n, {
    format: 'Enter a rate.',
    decimals: 'Use at most 2 decimals.',
    size: 'Use at most 100%.',
    least: 'Must not be below 0%.',
    most: 'Use at most 100%.',
  });
}
