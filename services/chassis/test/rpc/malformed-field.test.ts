import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { expect, test } from '@jest/globals';
import { malformed } from '../../src/rpc/malformed.ts';
import { malformedFieldIn } from '../../src/rpc/malformed-field.ts';

const good = { account: '1000', side: 'JOURNAL_SIDE_DEBIT', amount: { amountMinor: '1' } };

test.each([
  ['text for a message', { amount: 'much' }, 'amount'],
  ['text for a number, inside', { amount: { amountMinor: 'much' } }, 'amount.amount_minor'],
  ['a fraction of a cent', { amount: { amountMinor: '0.5' } }, 'amount.amount_minor'],
  ['an unknown enum value in a list', { lines: [good, { ...good, side: 'LEFT' }] }, 'lines[1].side'],
  ['text for an item of a list', { lines: [good, 'line'] }, 'lines[1]'],
  ['text for a list', { lines: 'line' }, 'lines'],
  ['proto names', { debit_account: 5 }, 'debit_account'],
  ['an unknown field', { sum: 1 }, 'sum'],
  ['an unknown field, inside', { amount: { currency: 'USD' } }, 'amount.currency'],
  ['a good message', { lines: [good, good] }, undefined],
  ['a list for the whole', [], undefined],
])('%s', (_what, json, field) => {
  expect(malformedFieldIn([Buffer.from(JSON.stringify(json))], LedgerService.method.postJournalEntry)).toBe(field);
});

test('an instant that is none is named whole', () => {
  const body = Buffer.from('{"createdFrom":{"seconds":1}}');
  expect(malformedFieldIn([body], PaymentService.method.listPayments)).toBe('created_from');
});

test('what is no JSON names no field', () => {
  expect(malformedFieldIn([Buffer.from('{"amount":')], LedgerService.method.postJournalEntry)).toBeUndefined();
});

test('a stream’s message is looked at behind its envelope, in whatever chunks it came', () => {
  const message = Buffer.from('{"columns":"all"}');
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.byteLength, 1);
  const chunks = [head, message.subarray(0, 4), message.subarray(4)];
  expect(malformedFieldIn(chunks, CategorizationService.method.importTransactions)).toBe('columns');
});

test('the answer names the field and says what is wrong', () => {
  const enums = malformed('cannot decode enum finflow.accounting.v1.JournalSide from JSON: "LEFT"', 'lines[1].side');
  expect(enums.rawMessage).toBe('lines[1].side: cannot be "LEFT"');
  const scalar = malformed('cannot decode field a.b.C.email from JSON: expected string, got 5', 'email');
  expect(scalar.rawMessage).toBe('email: expected string, got 5');
});
