import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currencyExponents } from '../src/currencies.ts';
import {
  add,
  allocate,
  compare,
  currencyExponent,
  formatMoney,
  fromProto,
  isCurrency,
  isZero,
  maxAmountMinor,
  money,
  negate,
  parseDecimal,
  subtract,
  toDecimal,
  toProto,
} from '../src/money.ts';

const currencies = fc.constantFrom(...currencyExponents.keys());
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const reasonOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { reason?: string }).reason;
  }
  return 'nothing was thrown';
};

describe('currencies', () => {
  test.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['ISK', 0],
    ['HUF', 2],
    ['XCG', 2],
  ])('%s has %i decimal digits', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  test.each(['usd', 'XXX', 'XAU', 'DEM', 'HRK', 'BGN', 'US', '', 'constructor'])('%j is none', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(reasonOf(() => money(code, 1n))).toBe('UNKNOWN_CURRENCY');
  });

  test('every code is three capital letters, once', () => {
    for (const code of currencyExponents.keys()) expect(code).toMatch(/^[A-Z]{3}$/);
    expect(currencyExponents.size).toBe(17 + 139 + 7 + 2);
  });
});

describe('arithmetic', () => {
  test('subtracting what was added gives what was there', () => {
    fc.assert(
      fc.property(currencies, minor, minor, (code, a, b) => {
        expect(subtract(add(money(code, a), money(code, b)), money(code, b))).toEqual(money(code, a));
      }),
    );
  });

  test('an amount and its opposite are zero', () => {
    fc.assert(
      fc.property(currencies, minor, (code, a) => {
        expect(isZero(add(money(code, a), negate(money(code, a))))).toBe(true);
      }),
    );
  });

  test('comparison orders as the numbers do', () => {
    fc.assert(
      fc.property(currencies, minor, minor, (code, a, b) => {
        expect(compare(money(code, a), money(code, b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test('two currencies cannot be reckoned together', () => {
    expect(reasonOf(() => add(money('USD', 1n), money('EUR', 1n)))).toBe('CURRENCY_MISMATCH');
    expect(reasonOf(() => compare(money('USD', 1n), money('EUR', 1n)))).toBe('CURRENCY_MISMATCH');
  });

  test('a sum that 64 bits cannot hold is refused, not wrapped', () => {
    expect(reasonOf(() => add(money('USD', maxAmountMinor), money('USD', 1n)))).toBe('AMOUNT_OUT_OF_RANGE');
  });
});

describe('allocate', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 12 })
    .filter((all) => all.some((weight) => weight > 0n));

  test('parts sum exactly, each within one minor unit of its exact share', () => {
    fc.assert(
      fc.property(minor, weights, (amount, parts) => {
        const shares = allocate(money('EUR', amount), parts).map((share) => share.amountMinor);
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(amount);
        const total = parts.reduce((sum, weight) => sum + weight, 0n);
        shares.forEach((share, index) => {
          const errorTimesTotal = share * total - amount * (parts[index] ?? 0n);
          expect(errorTimesTotal < total && errorTimesTotal > -total).toBe(true);
        });
      }),
    );
  });

  test('what has no weight gets nothing, and equal weights differ by at most one unit', () => {
    expect(allocate(money('USD', 100n), [1n, 1n, 1n, 0n]).map((m) => m.amountMinor)).toEqual([34n, 33n, 33n, 0n]);
    expect(allocate(money('USD', -100n), [1n, 1n, 1n]).map((m) => m.amountMinor)).toEqual([-34n, -33n, -33n]);
  });

  test('weights that are negative or all zero are refused', () => {
    expect(() => allocate(money('USD', 1n), [0n, 0n])).toThrow(RangeError);
    expect(() => allocate(money('USD', 1n), [2n, -1n])).toThrow(RangeError);
    expect(() => allocate(money('USD', 1n), [])).toThrow(RangeError);
  });
});

describe('text', () => {
  test('reading back what was written gives the same amount', () => {
    fc.assert(
      fc.property(currencies, minor, (code, amount) => {
        expect(parseDecimal(code, toDecimal(money(code, amount)))).toEqual(money(code, amount));
      }),
    );
  });

  test.each([
    ['USD', 123_456_789n, 'USD 1,234,567.89'],
    ['USD', -5n, 'USD -0.05'],
    ['JPY', 1_234n, 'JPY 1,234'],
    ['KWD', 1_234n, 'KWD 1.234'],
    ['USD', -100_000n, 'USD -1,000.00'],
  ])('%s %i reads %s', (code, amount, text) => {
    expect(formatMoney(money(code, amount))).toBe(text);
  });

  test('more decimals than the currency has are refused, never rounded', () => {
    expect(reasonOf(() => parseDecimal('USD', '1.234'))).toBe('TOO_MANY_DECIMALS');
    expect(reasonOf(() => parseDecimal('JPY', '1.0'))).toBe('TOO_MANY_DECIMALS');
    expect(parseDecimal('KWD', '1.2')).toEqual(money('KWD', 1200n));
  });

  test.each(['', '1,000.00', '+1', '1e3', '.5', '5.', ' 1', '0x10', 'NaN', '9'.repeat(40)])(
    '%j is no amount',
    (text) => {
      expect(reasonOf(() => parseDecimal('USD', text))).toBe('MALFORMED_AMOUNT');
    },
  );
});

describe('on the wire', () => {
  test('survives the way there and back', () => {
    expect(fromProto(toProto(money('EUR', -7n)))).toEqual(money('EUR', -7n));
  });

  test('an empty currency is the default, where there is one', () => {
    const wire = toProto({ currencyCode: '', amountMinor: 5n });
    expect(fromProto(wire, 'amount', 'USD')).toEqual(money('USD', 5n));
    expect(reasonOf(() => fromProto(wire))).toBe('CURRENCY_REQUIRED');
  });

  test('errors name the field', () => {
    expect(() => fromProto(undefined, 'unit_price')).toThrow('unit_price: is required');
    expect(() => fromProto(toProto({ currencyCode: 'ZZZ', amountMinor: 5n }), 'unit_price')).toThrow(
      'unit_price.currency_code: must be an ISO 4217 currency, not "ZZZ"',
    );
  });
});
