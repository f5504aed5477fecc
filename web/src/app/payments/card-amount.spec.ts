import { describe, expect, it } from '@jest/globals';
import { cardAmountProblem } from './card-amount.ts';

const words = (currencyCode: string, amountMinor: bigint) =>
  cardAmountProblem({ currencyCode, amountMinor }, 'en-US')?.replaceAll('\u00a0', ' ');

describe('an amount for a card', () => {
  it('is in the steps that cards take, and else the nearest are named', () => {
    expect(words('BHD', 1_295n)).toBe('Cards take BHD in steps of BHD 0.010: use BHD 1.290 or BHD 1.300.');
    expect(words('KWD', 4n)).toBe('Cards take KWD in steps of KWD 0.010: use KWD 0.010.');
    expect(words('MGA', 12_345n)).toBe('Cards take MGA in steps of MGA 1.00: use MGA 123.00 or MGA 124.00.');
  });

  it.each([
    ['BHD', 1_290n],
    ['IQD', 1_295n],
    ['USD', 1_295n],
    ['JPY', 5n],
    ['MGA', 12_300n],
  ])('%s %d can be charged', (currencyCode, amountMinor) => {
    expect(words(currencyCode, amountMinor)).toBeUndefined();
  });
});
