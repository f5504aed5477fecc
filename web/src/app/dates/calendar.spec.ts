import { describe, expect, it } from '@jest/globals';
import { addDays, addMonths, dateIn, formatDate, formatInstant, formatMonth, isCalendarDate } from './calendar.ts';

describe('calendar dates', () => {
  it('are the day it is in a time zone, whatever the machine’s own', () => {
    const instant = new Date('2026-03-01T03:30:00Z');
    expect(dateIn('Pacific/Honolulu', instant)).toBe('2026-02-28');
    expect(dateIn('UTC', instant)).toBe('2026-03-01');
    expect(dateIn('Pacific/Kiritimati', instant)).toBe('2026-03-01');
  });

  it('count days over months, leap days and clock changes', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  });

  it('count months over years', () => {
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(addMonths('2026-11', 3)).toBe('2027-02');
  });

  it.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2026-13-01', false],
    ['26-01-01', false],
    ['', false],
  ])('are real ones only: %s → %s', (text, real) => {
    expect(isCalendarDate(text)).toBe(real);
  });

  it('are written by locale and do not slip by a day', () => {
    expect(formatDate('2026-03-01', 'en-US')).toBe('Mar 1, 2026');
    expect(formatDate('2026-03-01', 'de-DE')).toBe('01.03.2026');
    expect(formatMonth('2026-03', 'en-US')).toBe('Mar 2026');
    expect(formatDate('', 'en-US')).toBe('');
  });
});

describe('instants', () => {
  const instant = new Date('2026-11-23T00:30:00Z');
  const words = (timeZone: string, ownZone: string) =>
    formatInstant(instant, 'en-US', timeZone, ownZone).replaceAll('\u202f', ' ');

  it('are written as they are in a time zone, which is named unless it is the reader’s own', () => {
    expect(words('Europe/Vienna', 'Europe/Vienna')).toBe('Nov 23, 2026, 1:30 AM');
    expect(words('Europe/Vienna', 'America/Sao_Paulo')).toBe('Nov 23, 2026, 1:30 AM GMT+1');
    expect(words('UTC', 'America/Sao_Paulo')).toBe('Nov 23, 2026, 12:30 AM UTC');
    expect(words('America/Sao_Paulo', 'UTC')).toBe('Nov 22, 2026, 9:30 PM GMT-3');
  });
});
