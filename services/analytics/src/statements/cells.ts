import { isCalendarDate } from '@finflow/chassis/clock';
import { DomainError } from '@finflow/chassis/errors';
import { parseDecimal } from '@finflow/chassis/money';
import type { DateOrder } from './statement.ts';

/** A cell that cannot be read; the message says what was expected there. */
export class CellError extends Error {}

const LARGEST_MINOR = 1_000_000_000_000_000n;
const LONGEST_DESCRIPTION = 500;
/** The contract's bounds of a date that something is booked on. */
const FIRST_DATE = '1900-01-01';
const LAST_DATE = '2199-12-31';
/** Two-digit years are read as 1970–2069: statements are of the past. */
const CENTURY_SPLIT = 70;

const PATTERNS: Readonly<Record<DateOrder, RegExp>> = {
  'year-month-day': /^(?<year>\d{4})([-/.]?)(?<month>\d{1,2})\2(?<day>\d{1,2})(?:[T ].*)?$/,
  'day-month-year': /^(?<day>\d{1,2})([-/.])(?<month>\d{1,2})\2(?<year>\d{4}|\d{2})(?: .*)?$/,
  'month-day-year': /^(?<month>\d{1,2})([-/.])(?<day>\d{1,2})\2(?<year>\d{4}|\d{2})(?: .*)?$/,
};

const EXAMPLES: Readonly<Record<DateOrder, string>> = {
  'year-month-day': '2026-03-31',
  'day-month-year': '31/03/2026',
  'month-day-year': '03/31/2026',
};

/** Reads a date, a time of day behind it ignored. @throws CellError */
export function readDate(text: string, order: DateOrder): string {
  const { year = '', month = '', day = '' } = PATTERNS[order].exec(text.trim())?.groups ?? {};
  const date = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isCalendarDate(date)) throw new CellError(`must be a date such as ${EXAMPLES[order]}`);
  if (date < FIRST_DATE || date > LAST_DATE) throw new CellError('must be a date of the years 1900 to 2199');
  return date;
}

function fullYear(year: string): string {
  if (year.length !== 2) return year;
  return Number(year) < CENTURY_SPLIT ? `20${year}` : `19${year}`;
}

/** Signs, currency marks, blanks and apostrophes around and between the digits, as banks write them. */
const NOISE = /[\s\u00a0\u202f'’]|\p{Sc}|(?<![a-z])[a-z]{3}(?![a-z])/giu;
const NUMBERS = {
  point: /^(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.(\d*))?$/,
  comma: /^(\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})?(?:,(\d*))?$/,
};

/**
 * Reads an amount into minor units: `-1,234.50`, `(12.00)`, `12.00-`, `€ 1.234,50` (with a decimal comma), `1'234.50`.
 * Nothing is rounded, and a group that is not of three digits is refused: `1,23` under a decimal point is a mistake in
 * the format chosen, not 123.
 * @throws CellError
 */
export function readAmount(text: string, currency: string, decimalComma: boolean): bigint {
  const bare = text.replace(NOISE, '').replace(/[−–]/g, '-');
  const [, open = '', before = '', digits = '', after = '', close = ''] =
    /^(\(?)([+-]?)([\d.,]+)(-?)(\)?)$/.exec(bare) ?? [];
  const [, whole = '', fraction = ''] = NUMBERS[decimalComma ? 'comma' : 'point'].exec(digits) ?? [];
  const bracketed = open !== '' && close !== '';
  if (whole + fraction === '' || (open === '') !== (close === '') || (bracketed && before + after !== '')) {
    throw new CellError(`must be an amount such as ${decimalComma ? '-1.234,56' : '-1,234.56'}`);
  }
  const negative = bracketed || before === '-' || after === '-';
  return negative ? -parse(currency, whole, fraction) : parse(currency, whole, fraction);
}

function parse(currency: string, whole: string, fraction: string): bigint {
  const plain = `${whole.replace(/[.,]/g, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  try {
    const { amountMinor } = parseDecimal(currency, plain);
    if (amountMinor > LARGEST_MINOR) throw new CellError('must be at most ten trillion');
    return amountMinor;
  } catch (error) {
    if (error instanceof DomainError) throw new CellError(error.fields[0]?.description ?? error.message);
    throw error;
  }
}

/** Reads a description: one line, blanks collapsed. @throws CellError */
export function readDescription(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const description = text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  if (description === '') throw new CellError('must not be empty');
  if (description.length > LONGEST_DESCRIPTION)
    throw new CellError(`must be at most ${LONGEST_DESCRIPTION} characters`);
  return description;
}
