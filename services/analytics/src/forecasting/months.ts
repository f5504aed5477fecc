/** A calendar month, `YYYY-MM`. */
export type Month = string;

/** The first month there is: contracts and the database know no year 0. */
export const FIRST_MONTH: Month = '0001-01';

/** The month a calendar date (`YYYY-MM-DD`) lies in. */
export function monthOf(date: string): Month {
  return date.slice(0, 7);
}

/** The first day of a month, as a calendar date. */
export function firstDay(month: Month): string {
  return `${month}-01`;
}

/** The last day of a month, as a calendar date. */
export function lastDay(month: Month): string {
  const year = Number(month.slice(0, 4));
  const days = new Date(Date.UTC(2000 + (year % 400), Number(month.slice(5, 7)), 0)).getUTCDate();
  return `${month}-${days}`;
}

/** Months since year 0, so that distances are subtractions. */
export function monthNumber(month: Month): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

/** Inverse of `monthNumber`. */
export function monthFromNumber(number: number): Month {
  const year = Math.floor(number / 12);
  return `${String(year).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`;
}

/** The month `count` after (before, when negative); undefined when that is before the first month there is. */
export function shiftMonth(month: Month, count: number): Month | undefined {
  const number = monthNumber(month) + count;
  return number < monthNumber(FIRST_MONTH) ? undefined : monthFromNumber(number);
}

/** The same, for where it cannot leave the calendar. */
export function addMonths(month: Month, count: number): Month {
  return monthFromNumber(monthNumber(month) + count);
}

/** All months from `from` to `to`, both included; empty when `to` is earlier. */
export function monthsBetween(from: Month, to: Month): Month[] {
  const first = monthNumber(from);
  return Array.from({ length: Math.max(0, monthNumber(to) - first + 1) }, (_, offset) =>
    monthFromNumber(first + offset),
  );
}
