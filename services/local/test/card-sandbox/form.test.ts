import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeForm } from '../../src/card-sandbox/form.ts';

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('decodeForm', () => {
  it('reads nested maps and lists as the SDK writes them', () => {
    const encoded =
      'amount=500&metadata[order]=7&metadata[note]=a%26b+c&expand[0]=latest_charge&expand[1]=payment_method' +
      '&payment_method_data[card][token]=tok_visa';
    expect(plain(decodeForm(encoded))).toEqual({
      amount: '500',
      metadata: { order: '7', note: 'a&b c' },
      expand: ['latest_charge', 'payment_method'],
      payment_method_data: { card: { token: 'tok_visa' } },
    });
  });

  it('appends to a list written with empty brackets', () => {
    expect(plain(decodeForm('types[]=a&types[]=b'))).toEqual({ types: ['a', 'b'] });
  });

  it('takes __proto__ for a plain key', () => {
    decodeForm('__proto__[polluted]=yes&metadata[__proto__][polluted]=yes');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['a=%E0%A4%A', 'not valid form encoding'],
    ['a[=1', 'Invalid parameter name'],
    ['[a]=1', 'Invalid parameter name'],
    ['a[b][c][d][e][f][g]=1', 'nested too deeply'],
    ['a=1&a[b]=2', 'both as text and as an object'],
    ['a[b]=2&a=1', 'both as text and as an object'],
    [Array.from({ length: 501 }, (_, i) => `a${i}=1`).join('&'), 'more than 500'],
  ])('refuses %.40s', (encoded, message) => {
    expect(() => decodeForm(encoded)).toThrow(message);
  });

  it('gives back every flat map it is given', () => {
    const key = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/);
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }), (map) => {
        const encoded = Object.entries(map).map(
          ([k, v]) => `metadata[${encodeURIComponent(k)}]=${encodeURIComponent(v)}`,
        );
        const decoded = decodeForm(encoded.join('&')).metadata ?? {};
        expect(Object.entries(decoded)).toEqual(Object.entries(map));
      }),
    );
  });
});
