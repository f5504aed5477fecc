import { expect, test } from '@jest/globals';
import { accountReference, referenceKey } from '../../src/domain/account.ts';
import { belongsToDocument, checkLines, maxLines } from '../../src/domain/journal-entry.ts';

const line = (amountMinor: bigint, currency = 'USD') => ({ account: { code: '1000' }, currency, amountMinor });

test.each([
  ['one line', [line(1n)], 'ENTRY_TOO_FEW_LINES'],
  ['a line of zero', [line(0n), line(0n)], 'LINE_IS_ZERO'],
  [
    'too many lines',
    Array.from({ length: maxLines + 2 }, (_, index) => line(index % 2 ? 1n : -1n)),
    'ENTRY_TOO_MANY_LINES',
  ],
  ['currencies that balance only together', [line(1n, 'EUR'), line(-1n)], 'ENTRY_NOT_BALANCED'],
])('%s is refused', (_what, lines, reason) => {
  expect(() => checkLines(lines)).toThrow(expect.objectContaining({ reason }));
});

test('the refusal says by how much', () => {
  expect(() => checkLines([line(5n), line(-3n), line(-1n)])).toThrow(
    expect.objectContaining({ metadata: { currencyCode: 'USD', debitMinor: '5', creditMinor: '4' } }),
  );
});

test('the source says whether an entry belongs to a document', () => {
  expect(['invoice:1', 'payment:1', 'refund:1', 'transaction:1:2'].every(belongsToDocument)).toBe(true);
  expect(['manual:1', 'reversal:1', 'invoices', ''].some(belongsToDocument)).toBe(false);
});

test('an account is named by id or by code', () => {
  const id = '0190B8A4-0000-7000-8000-000000000000';
  expect(referenceKey(accountReference(id))).toBe(`id:${id.toLowerCase()}`);
  expect(referenceKey(accountReference('1100'))).toBe('code:1100');
});
