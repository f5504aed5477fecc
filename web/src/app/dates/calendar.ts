// Calendar dates are texts `YYYY-MM-DD` (and months `YYYY-MM`) everywhere, as in the contracts: a due date has no time
// and no time zone, and turning it into an instant is how dates slip by a day.

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

function toUtc(date: string): Date {
  const match = pattern.exec(date.length === 7 ? `${date}-01` : date);
  if (!match) throw new RangeError(`Not a calendar date: ${date}`);
  return new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

function fromUtc(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whether a text is a real calendar date. */
export function isCalendarDate(text: string): boolean {
  return pattern.test(text) && fromUtc(toUtc(text)) === text;
}

/** The calendar date it is at an instant in a time zone (IANA). */
export function dateIn(timeZone: string, instant: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** The date some days later (or earlier, below zero). */
export function addDays(date: string, days: number): string {
  const utc = toUtc(date);
  utc.setUTCDate(utc.getUTCDate() + days);
  return fromUtc(utc);
}

/** The month some months later (or earlier): `2026-01`, -1 → `2025-12`. */
export function addMonths(month: string, months: number): string {
  const utc = toUtc(month.slice(0, 7));
  utc.setUTCMonth(utc.getUTCMonth() + months);
  return fromUtc(utc).slice(0, 7);
}

/** A date for people: `Mar 1, 2026`. An empty one is an empty text. */
export function formatDate(date: string, locale: string): string {
  if (!date) return '';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(toUtc(date));
}

/** A month for people: `Mar 2026`, or `Mar` alone. */
export function formatMonth(month: string, locale: string, withYear = true): string {
  const options: Intl.DateTimeFormatOptions = { month: 'short', timeZone: 'UTC' };
  if (withYear) options.year = 'numeric';
  return new Intl.DateTimeFormat(locale, options).format(toUtc(month));
}

/**
 * An instant for people, as it is in a time zone (IANA): `Mar 1, 2026, 2:05 PM`. Where that may not be the time on the
 * reader's own clock, the zone is named: `Mar 1, 2026, 2:05 PM GMT+1`.
 */
export function formatInstant(instant: Date, locale: string, timeZone: string, ownZone = browserZone()): string {
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(instant);
  if (timeZone === ownZone) return text;
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(instant);
  return `${text} ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone}`;
}

/** The browser's time zone (IANA). */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
