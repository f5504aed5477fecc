import { describe, expect, it } from '@jest/globals';
import { amountProblem, quantityProblem, rateProblem } from './validators.ts';

describe('amountProblem', () => {
  it.each([
    ['12.34', 'USD', undefined],
    ['12.345', 'USD', 'USD has at most 2 decimals.'],
    ['12.3', 'JPY', 'JPY has no decimals.'],
    ['1.2345', 'KWD', 'KWD has at most 3 decimals.'],
    ['', 'USD', 'Enter an amount.'],
    ['abc', 'USD', 'Enter an amount.'],
    ['0', 'USD', 'Enter an amount above zero.'],
    ['-1', 'USD', 'Enter an amount above zero.'],
    ['99999999999999', 'USD', 'This is more than FinFlow can book.'],
  ])('%p %s: %s', (text, currency, problem) => {
    expect(amountProblem(text, currency, 'en-US')).toBe(problem);
  });

  it('keeps within what is left', () => {
    const limits = { most: 500n, mostMessage: 'At most $5.00 is left to refund.' };
    expect(amountProblem('5.00', 'USD', 'en-US', limits)).toBeUndefined();
    expect(amountProblem('5.01', 'USD', 'en-US', limits)).toBe('At most $5.00 is left to refund.');
  });
});

describe('quantityProblem and rateProblem', () => {
  it('keep to the contract’s bounds', () => {
    expect(quantityProblem('1.5', 'en-US')).toBeUndefined();
    expect(quantityProblem('0', 'en-US')).toBe('Must be above zero.');
    expect(quantityProblem('1.2345', 'en-US')).toBe('Use at most 3 decimals.');
    expect(quantityProblem('1000001', 'en-US')).toBe('Use at most 1,000,000.');
    expect(rateProblem('0', 'en-US')).toBeUndefined();
    expect(rateProblem('100', 'en-US')).toBeUndefined();
    expect(rateProblem('100.01', 'en-US')).toBe('Use at most 100%.');
    expect(rateProblem('-1', 'en-US')).toBe('Must not be below 0%.');
  });
});
