import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromStripeAmount, toStripeAmount } from '../../src/gateways/stripe-amount.ts';

describe('amounts in Stripe’s units', () => {
  it.each([
    ['USD', 1234n, 1234],
    ['JPY', 500n, 500],
    ['KWD', 5120n, 5120],
    // 5 króna and 5 shillings: Stripe keeps two decimals that ISO 4217 gave up.
    ['ISK', 5n, 500],
    ['UGX', 5n, 500],
    // 5 ariary: two decimals in ISO 4217, none at Stripe.
    ['MGA', 500n, 5],
  ])('%s %d minor units are %d', (currencyCode, amountMinor, amount) => {
    expect(toStripeAmount({ currencyCode, amountMinor })).toBe(amount);
    expect(fromStripeAmount(currencyCode.toLowerCase(), amount)).toEqual({ currencyCode, amountMinor });
  });

  it.each([
    ['MGA', 501n],
    ['KWD', 5124n],
  ])('%s %d cannot be expressed', (currencyCode, amountMinor) => {
    expect(toStripeAmount({ currencyCode, amountMinor })).toBeUndefined();
  });

  it('come back as they went', () => {
    const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'BHD');
    fc.assert(
      fc.property(currency, fc.bigInt({ min: 1n, max: 10n ** 12n }), (currencyCode, amountMinor) => {
        const amount = toStripeAmount({ currencyCode, amountMinor });
        fc.pre(amount !== undefined);
        expect(fromStripeAmount(currencyCode.toLowerCase(), amount)).toEqual({ currencyCode, amountMinor });
      }),
    );
  });
});
