/** The source of the present instant. Injected everywhere, so that tests move time instead of waiting for it. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until told otherwise. */
export class ManualClock implements Clock {
  #instantMs: number;

  constructor(start: Date) {
    this.#instantMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#instantMs);
  }

  set(instant: Date): void {
    this.#instantMs = instant.getTime();
  }

  advance(milliseconds: number): void {
    this.#instantMs += milliseconds;
  }
}

// Building a DateTimeFormat costs about 50 µs and 25 kB, formatting with one about 1 µs. By the name in small letters,
// because names are read in any case and anybody may send one: the number of IANA zones bounds this cache.
const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const name = timeZone.toLowerCase();
  let format = dayFormats.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    dayFormats.set(name, format);
  }
  return format;
}

/**
 * The calendar date (`YYYY-MM-DD`) that people in `timeZone` (IANA name) write at `instant`.
 * Throws RangeError for an unknown zone.
 */
export function calendarDate(instant: Date, timeZone: string): string {
  const parts: Record<string, string> = {};
  for (const { type, value } of dayFormat(timeZone).formatToParts(instant)) parts[type] = value;
  return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`;
}

/**
 * When something changed that last changed at `before`: now, or a millisecond after `before` where the clock stands still
 * or was set back. Whoever keeps the newest of several changes relies on each being later than the one before.
 */
export function laterThan(before: Date, now: Date): Date {
  return now > before ? now : new Date(before.getTime() + 1);
}

/** Whether `name` is an IANA time zone this runtime knows. Offsets such as `+02:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    dayFormat(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether `text` is a day of the Gregorian calendar written `YYYY-MM-DD`: `2025-02-29` is not. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

function utcMidnight(date: string): Date {
  if (!isCalendarDate(date)) throw new RangeError(`not a calendar date: ${date}`);
  return new Date(`${date}T00:00:00Z`);
}

/** The date `days` after `date` (before, when negative). Throws RangeError when `date` is not a calendar date. */
export function addDays(date: string, days: number): string {
  const instant = utcMidnight(date);
  instant.setUTCDate(instant.getUTCDate() + days);
  return instant.toISOString().slice(0, 10);
}

/**
 * The date `months` after `date` (before, when negative). A day the month does not have becomes its last:
 * a month after 31 January is 28 or 29 February.
 */
export function addMonths(date: string, months: number): string {
  const instant = utcMidnight(date);
  const day = instant.getUTCDate();
  instant.setUTCDate(1);
  instant.setUTCMonth(instant.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 0)).getUTCDate();
  instant.setUTCDate(Math.min(day, lastDay));
  return instant.toISOString().slice(0, 10);
}
