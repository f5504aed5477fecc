import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonths, calendarDate, isCalendarDate, isTimeZone, laterThan, ManualClock } from '../src/clock.ts';

describe('calendarDate', () => {
  test.each([
    ['2026-03-31T23:30:00Z', 'UTC', '2026-03-31'],
    ['2026-03-31T23:30:00Z', 'Europe/Berlin', '2026-04-01'],
    ['2026-01-01T04:59:00Z', 'America/New_York', '2025-12-31'],
    ['2026-12-31T10:30:00Z', 'Pacific/Kiritimati', '2027-01-01'],
    // The night New York's clocks go forward.
    ['2026-03-08T06:59:59Z', 'America/New_York', '2026-03-08'],
  ])('%s is, in %s, %s', (instant, zone, date) => {
    expect(calendarDate(new Date(instant), zone)).toBe(date);
  });

  test('refuses a zone that does not exist', () => {
    expect(() => calendarDate(new Date(0), 'Europe/Atlantis')).toThrow(RangeError);
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['asia/DHAKA', true],
  ['Europe/Atlantis', false],
  ['Etc/GMT+5', true],
  ['+02:00', false],
  // The Kelvin sign, whose small letter is k.
  ['Asia/Dha\u212aa', false],
  ['', false],
])('isTimeZone(%j) is %j', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test('spellings of time zones, which have no end, do not fill the memory', () => {
  const zone = 'America/Argentina/ComodRivadavia';
  const spelling = (n: number): string =>
    [...zone].map((letter, index) => ((n >> (index % 24)) & 1 ? letter.toUpperCase() : letter.toLowerCase())).join('');
  expect(isTimeZone(spelling(1_234))).toBe(true);
  const before = process.memoryUsage.rss();
  for (let n = 0; n < 20_000; n += 1) isTimeZone(spelling(n));
  // A format for each would take half a gigabyte.
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
});

test.each([
  ['2024-02-29', true],
  ['2025-02-29', false],
  ['2026-04-31', false],
  ['2026-13-01', false],
  ['2026-1-01', false],
  ['2026-01-01T00:00:00Z', false],
  ['', false],
])('isCalendarDate(%j) is %j', (text, expected) => {
  expect(isCalendarDate(text)).toBe(expected);
});

describe('date arithmetic', () => {
  const dates = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

  test('going there and back by days ends where it began', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -5000, max: 5000 }), (date, days) => {
        expect(addDays(addDays(date, days), -days)).toBe(date);
      }),
    );
  });

  test('a month later is a real date in the next month, the same day or that month’s last', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const later = addMonths(date, 1);
        expect(isCalendarDate(later)).toBe(true);
        const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
        const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        expect(Number(later.slice(8))).toBe(Math.min(day, lastDay));
        expect(Number(later.slice(5, 7))).toBe((month % 12) + 1);
      }),
    );
  });

  test.each([
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-11-15', 14, '2028-01-15'],
  ])('%s and %i months is %s', (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  test('refuses what is not a date', () => {
    expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
  });
});

test('a change is later than the one before it, even by a clock that stands still or was set back', () => {
  const before = new Date('2026-03-01T12:00:00.000Z');
  expect(laterThan(before, new Date('2026-03-01T12:00:05.000Z'))).toEqual(new Date('2026-03-01T12:00:05.000Z'));
  expect(laterThan(before, before)).toEqual(new Date('2026-03-01T12:00:00.001Z'));
  expect(laterThan(before, new Date('2026-03-01T11:50:00.000Z'))).toEqual(new Date('2026-03-01T12:00:00.001Z'));
});

test('a manual clock moves only when told', () => {
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  clock.advance(1500);
  expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
  clock.set(new Date('2027-01-01T00:00:00Z'));
  expect(clock.now().getUTCFullYear()).toBe(2027);
});
