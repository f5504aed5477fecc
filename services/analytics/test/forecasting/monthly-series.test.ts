import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { monthlySeries } from '../../src/forecasting/monthly-series.ts';
import { addMonths, lastDay, monthFromNumber, monthNumber, monthsBetween } from '../../src/forecasting/months.ts';

const on = (date: string, amountMinor: number) => ({ date, amountMinor: BigInt(amountMinor) });

describe('a monthly series', () => {
  test('adds up the amounts of a month, in any order', () => {
    const series = monthlySeries([on('2026-02-28', 5), on('2026-01-01', 1), on('2026-01-31', -3)], '2026-03');
    expect(series).toEqual({ firstMonth: '2026-01', values: [-2, 5] });
  });

  test('takes a month without amounts as zero', () => {
    expect(monthlySeries([on('2025-11-05', 1), on('2026-02-05', 2)], '2026-03').values).toEqual([1, 0, 0, 2]);
  });

  test('leaves out the month that is not over, and later ones', () => {
    const amounts = [on('2026-02-05', 2), on('2026-03-01', 900), on('2026-04-01', 900)];
    expect(monthlySeries(amounts, '2026-03').values).toEqual([2]);
  });

  test('goes on with zeros through the month that books are complete to, but no further', () => {
    expect(monthlySeries([on('2025-12-05', 2)], '2026-03', '2026-02').values).toEqual([2, 0, 0]);
    expect(monthlySeries([on('2025-12-05', 2)], '2026-03', '2026-09').values).toEqual([2, 0, 0]);
  });

  test('of nothing is empty', () => {
    expect(monthlySeries([], '2026-03', '2026-02')).toEqual({ firstMonth: undefined, values: [] });
    expect(monthlySeries([on('2026-03-01', 1)], '2026-03')).toEqual({ firstMonth: undefined, values: [] });
  });

  test('keeps the total', () => {
    const amounts = fc.array(fc.record({ month: fc.integer({ min: 0, max: 60 }), minor: fc.integer() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(amounts, (points) => {
        const dated = points.map(({ month, minor }) => on(`${addMonths('2020-01', month)}-15`, minor));
        const { values } = monthlySeries(dated, '2030-01');
        expect(values.reduce((sum, value) => sum + value, 0)).toBe(points.reduce((sum, { minor }) => sum + minor, 0));
      }),
    );
  });
});

describe('months', () => {
  test('count across years', () => {
    expect(addMonths('2025-11', 3)).toBe('2026-02');
    expect(addMonths('2026-01', -13)).toBe('2024-12');
    expect(monthsBetween('2025-12', '2026-02')).toEqual(['2025-12', '2026-01', '2026-02']);
    expect(monthsBetween('2026-02', '2026-01')).toEqual([]);
  });

  test('know their last day', () => {
    expect(['2024-02', '2025-02', '2000-02', '1900-02', '2026-04', '0004-02'].map(lastDay)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2000-02-29',
      '1900-02-28',
      '2026-04-30',
      '0004-02-29',
    ]);
  });

  test('and numbers are two names of one thing', () => {
    fc.assert(fc.property(fc.integer({ min: 12, max: 119_999 }), (n) => monthNumber(monthFromNumber(n)) === n));
  });
});
