import { describe, expect, it } from '@jest/globals';
import { changeBetween, plotted, shortAxisAmount } from './figures.ts';

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

describe('changeBetween', () => {
  it.each([
    [100_00n, 112_40n, 124, 'up'],
    [100_00n, 50_00n, -500, 'down'],
    [100_00n, 100_00n, 0, 'level'],
    // A loss that becomes smaller has gone up.
    [-100_00n, -50_00n, 500, 'up'],
    [-100_00n, 50_00n, 1500, 'up'],
  ])('from %s to %s is %s thousandths %s', (before, now, permille, direction) => {
    expect(changeBetween(usd(before), usd(now))).toEqual({ permille, direction });
  });

  it('says nothing where there was nothing to compare with', () => {
    expect(changeBetween(usd(0n), usd(5n))).toBeNull();
    expect(changeBetween(undefined, usd(5n))).toBeNull();
  });
});

describe('drawn figures', () => {
  it('stand at whole units of the currency', () => {
    expect(plotted(usd(12_345n))).toBe(123.45);
    expect(plotted({ currencyCode: 'JPY', amountMinor: 500n })).toBe(500);
    expect(plotted(undefined)).toBe(0);
  });

  it('have a short axis', () => {
    expect(shortAxisAmount('USD', 'en-US')(12_300)).toBe('$12.3K');
  });
});
