import { describe, expect, it } from '@jest/globals';
import { amountForInput, parseAmount, parseQuantity, parseRate } from './parse.ts';

describe('parseAmount', () => {
  it.each([
    ['12.34', 'USD', 'en-US', 1234n],
    ['1,234.5', 'USD', 'en-US', 123450n],
    ['  7 ', 'USD', 'en-US', 700n],
    ['.5', 'USD', 'en-US', 50n],
    ['-3.00', 'USD', 'en-US', -300n],
    ['−3', 'USD', 'en-US', -300n],
    ['1.234,56', 'EUR', 'de-DE', 123456n],
    ['1234,5', 'EUR', 'de-DE', 123450n],
    ['1 234,56', 'EUR', 'fr-FR', 123456n],
    ['1.5', 'EUR', 'fr-FR', 150n],
    ['1200', 'JPY', 'ja-JP', 1200n],
    ['1.234', 'KWD', 'en-US', 1234n],
    ['12.340', 'USD', 'en-US', 1234n],
    ['9999999999999.99', 'USD', 'en-US', 999999999999999n],
  ])('reads %s %s as typed in %s', (text, currency, locale, expected) => {
    expect(parseAmount(text, currency, locale)).toEqual({ value: expected });
  });

  it.each([
    ['0.1', '0.2', '0.3'],
    ['1.10', '2.20', '3.30'],
  ])('is exact where floating point is not: %s + %s = %s', (a, b, sum) => {
    const read = (text: string) => {
      const parsed = parseAmount(text, 'USD', 'en-US');
      return 'value' in parsed ? parsed.value : undefined;
    };
    expect((read(a) ?? 0n) + (read(b) ?? 0n)).toBe(read(sum));
  });

  it.each([
    ['1.234', 'USD', 'en-US', 'decimals'],
    ['1.5', 'JPY', 'en-US', 'decimals'],
    ['', 'USD', 'en-US', 'format'],
    ['.', 'USD', 'en-US', 'format'],
    ['twelve', 'USD', 'en-US', 'format'],
    ['1e3', 'USD', 'en-US', 'format'],
    ['1,5', 'USD', 'en-US', 'format'],
    ['12,34.5', 'USD', 'en-US', 'format'],
    ['1.5', 'EUR', 'de-DE', 'format'],
    ['10000000000000.01', 'USD', 'en-US', 'size'],
  ])('refuses %s %s as typed in %s: %s', (text, currency, locale, problem) => {
    expect(parseAmount(text, currency, locale)).toEqual({ problem });
  });
});

describe('parseQuantity and parseRate', () => {
  it('count in thousandths and basis points', () => {
    expect(parseQuantity('2.5', 'en-US')).toEqual({ value: 2500n });
    expect(parseRate('7.7 %', 'en-US')).toEqual({ value: 770n });
    expect(parseRate('19,5%', 'de-DE')).toEqual({ value: 1950n });
  });

  it('refuse finer values', () => {
    expect(parseQuantity('0.0001', 'en-US')).toEqual({ problem: 'decimals' });
    expect(parseRate('7.777', 'en-US')).toEqual({ problem: 'decimals' });
  });
});

describe('amountForInput', () => {
  it.each([
    [123456789n, 'USD', 'en-US'],
    [5n, 'EUR', 'de-DE'],
    [-7005n, 'USD', 'fr-FR'],
    [1200n, 'JPY', 'en-US'],
    [1n, 'KWD', 'de-DE'],
  ])('writes what reads back as the same amount: %s %s in %s', (minor, currency, locale) => {
    expect(parseAmount(amountForInput(minor, currency, locale), currency, locale)).toEqual({ value: minor });
  });
});
