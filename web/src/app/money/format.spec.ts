import { describe, expect, it } from '@jest/globals';
import { exponentOf } from './currency.ts';
import { formatMoney, formatQuantity, formatRate, formatWholeMoney, toDecimal } from './format.ts';

const money = (currencyCode: string, amountMinor: bigint) => ({ currencyCode, amountMinor });

describe('formatMoney', () => {
  it.each([
    ['USD', 123456n, 'en-US', '$1,234.56'],
    ['EUR', 123456n, 'de-DE', '1.234,56 €'],
    ['JPY', 1234n, 'en-US', '¥1,234'],
    ['KWD', 1234n, 'en-US', 'KWD 1.234'],
    ['USD', -5n, 'en-US', '-$0.05'],
    ['USD', 0n, 'en-US', '$0.00'],
    // CLDR would show none of the decimals that ISO 4217 gives these.
    ['ALL', 1250n, 'en-US', 'ALL 12.50'],
  ])('writes %s %s in %s as %s', (currency, minor, locale, expected) => {
    expect(formatMoney(money(currency, minor), locale).replace(/\u00a0/g, ' ')).toBe(expected);
  });

  it('is exact beyond what floating point can count', () => {
    expect(formatMoney(money('USD', 9_007_199_254_740_993_01n), 'en-US')).toBe('$9,007,199,254,740,993.01');
  });

  it('writes nothing for an amount without a currency', () => {
    expect(formatMoney(money('', 0n), 'en-US')).toBe('');
  });
});

describe('the other formatters', () => {
  it('round to whole units, without decimals', () => {
    expect(formatWholeMoney(money('USD', 123456n), 'en-US')).toBe('$1,235');
  });

  it('write decimals exactly', () => {
    expect(toDecimal(-5n, 'USD')).toBe('-0.05');
    expect(toDecimal(7n, 'JPY')).toBe('7');
    expect(toDecimal(7n, 'KWD')).toBe('0.007');
  });

  it('write rates and quantities', () => {
    expect(formatRate(770, 'en-US')).toBe('7.7%');
    expect(formatQuantity(2500n, 'en-US')).toBe('2.5');
    expect(formatQuantity(-1n, 'en-US')).toBe('-0.001');
  });
});

describe('exponentOf', () => {
  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['ISK', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['HUF', 2],
  ])('knows the minor unit of %s', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });
});
