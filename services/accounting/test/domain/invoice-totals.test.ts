import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { invoiceAmounts } from '../../src/domain/invoice-amounts.ts';
import { divideHalfAwayFromZero, invoiceTotals, maxAmountMinor } from '../../src/domain/invoice-totals.ts';

const line = (quantityMilli: bigint, unitPriceMinor: bigint, taxRateBps = 0) => ({
  ...{ description: 'x', quantityMilli, unitPriceMinor, taxRateBps },
});

describe('commercial rounding', () => {
  test.each([
    [5n, 10n, 1n],
    [4n, 10n, 0n],
    [-5n, 10n, -1n],
    [-4n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 3n],
    [0n, 7n, 0n],
  ])('%s ÷ %s is %s: a half goes away from zero', (numerator, denominator, expected) => {
    expect(divideHalfAwayFromZero(numerator, denominator)).toBe(expected);
  });

  test('is never off by more than half, and symmetric about zero', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 6n), (numerator, denominator) => {
        const rounded = divideHalfAwayFromZero(numerator, denominator);
        const error = rounded * denominator - numerator;
        expect((error < 0n ? -error : error) * 2n <= denominator).toBe(true);
        expect(divideHalfAwayFromZero(-numerator, denominator)).toBe(-rounded);
      }),
    );
  });

  test('goes line by line, so that the printed lines add up', () => {
    // Three lines of a third of a cent's tax each round to nothing; summed first they would make one cent.
    const totals = invoiceTotals([line(1000n, 3n, 1000), line(1000n, 3n, 1000), line(1000n, 4n, 1000)], 'line_items');
    expect(totals).toMatchObject({ subtotalMinor: 10n, taxMinor: 0n, totalMinor: 10n });
    expect(invoiceTotals([line(1500n, 333n, 1900)], 'line_items')).toMatchObject({
      lineItems: [{ netMinor: 500n, taxMinor: 95n }],
    });
  });
});

test('totals are the sums of their lines, whatever the lines', () => {
  const lines = fc.array(
    fc.record({
      description: fc.constant('x'),
      quantityMilli: fc.bigInt(1n, 10n ** 9n),
      unitPriceMinor: fc.bigInt(-(10n ** 5n), 10n ** 6n),
      taxRateBps: fc.integer({ min: 0, max: 10_000 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(lines, (inputs) => {
      let totals: ReturnType<typeof invoiceTotals>;
      try {
        totals = invoiceTotals(inputs, 'line_items');
      } catch (error) {
        expect(error).toMatchObject({ reason: 'AMOUNT_NOT_POSITIVE' });
        return;
      }
      expect(totals.subtotalMinor).toBe(totals.lineItems.reduce((sum, { netMinor }) => sum + netMinor, 0n));
      expect(totals.taxMinor).toBe(totals.lineItems.reduce((sum, { taxMinor }) => sum + taxMinor, 0n));
      expect(totals.totalMinor).toBe(totals.subtotalMinor + totals.taxMinor);
      expect(totals.totalMinor > 0n && totals.totalMinor <= maxAmountMinor).toBe(true);
    }),
  );
});

describe('amounts of a request', () => {
  const eur = (amountMinor: bigint) => ({ currencyCode: 'EUR', amountMinor });

  test('an amount that names no currency is in the lines’, else in the organization’s', () => {
    const lineItems = [{ description: 'x', quantityMilli: 0n, unitPrice: eur(5n), taxRateBps: 0 }];
    expect(invoiceAmounts({ amount: { currencyCode: '', amountMinor: 5n }, lineItems }, 'USD').currency).toBe('EUR');
    expect(invoiceAmounts({ amount: { currencyCode: '', amountMinor: 5n }, lineItems: [] }, 'USD').currency).toBe(
      'USD',
    );
    expect(invoiceAmounts({ lineItems }, 'USD')).toMatchObject({
      currency: 'EUR',
      lineItems: [{ quantityMilli: 1000n }],
    });
  });

  test('the error for an amount alone names the amount', () => {
    expect(() => invoiceAmounts({ amount: eur(0n), lineItems: [] }, 'USD')).toThrow(
      expect.objectContaining({
        reason: 'AMOUNT_NOT_POSITIVE',
        fields: [expect.objectContaining({ field: 'amount' })],
      }),
    );
  });
});
