import { describe, expect, it } from '@jest/globals';
import { countIn, textIn, wordIn, wordsIn } from './parameters.ts';

describe('a parameter of the address bar', () => {
  it('is text of a length, on one line', () => {
    expect(textIn(' acme ', 4)).toBe('acme');
    expect(textIn('😀😀', 2)).toBe('😀😀');
    for (const strange of [undefined, ['a', 'b'], 'acmes', 'a\nb', 'a\u0000b']) expect(textIn(strange, 4)).toBe('');
  });

  it('is one of the known words', () => {
    expect(wordIn('6', ['6', '12'])).toBe('6');
    for (const strange of [undefined, '', '7', '06', ['6']]) expect(wordIn(strange, ['6', '12'])).toBeUndefined();
  });

  it('is several of the known words, in their order', () => {
    expect(wordsIn('paid,draft,nonsense', ['draft', 'paid', 'overdue'])).toEqual(['draft', 'paid']);
    for (const strange of [undefined, '', ['draft']]) expect(wordsIn(strange, ['draft'])).toEqual([]);
  });

  it('is a whole number from a least one on', () => {
    expect(countIn('2', 2)).toBe(2);
    for (const strange of [undefined, '', '1', '-2', '2.5', '2e3', 'x', '99999999999999999999', ['2']])
      expect(countIn(strange, 2)).toBeUndefined();
  });
});
