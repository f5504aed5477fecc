import { describe, expect, it } from '@jest/globals';
import { divideRounded, totalsOf } from './totals.ts';

const line = (quantityMilli: bigint, unitPriceMinor: bigint, taxRateBps: bigint) => ({
  quantityMilli,
  unitPriceMinor,
  taxRateBps,
});

describe('totalsOf', () => {
  it('rounds net and tax line by line', () => {
    // 1.5 × 0.33 = 0.495 → 0.50, tax 19 % of it = 0.095 → 0.10, twice; rounding the sums instead would give 1.18.
    expect(totalsOf([line(1500n, 33n, 1900n), line(1500n, 33n, 1900n)])).toEqual({
      netMinor: [50n, 50n],
      subtotalMinor: 100n,
      taxMinor: 20n,
      totalMinor: 120n,
    });
  });

  it('takes a discount as a line below zero, its tax too', () => {
    expect(totalsOf([line(1000n, 10_000n, 2000n), line(1000n, -1_000n, 2000n)])).toMatchObject({
      subtotalMinor: 9_000n,
      taxMinor: 1_800n,
      totalMinor: 10_800n,
    });
  });

  it('comes to nothing for no lines', () => {
    expect(totalsOf([]).totalMinor).toBe(0n);
  });
});

describe('divideRounded', () => {
  it.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [0n, 7n, 0n],
  ])('rounds %s / %s half away from zero', (value, by, expected) => {
    expect(divideRounded(value, by)).toBe(expected);
  });
});
