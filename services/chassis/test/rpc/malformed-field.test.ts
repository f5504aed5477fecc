import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { expect, test } from '@jest/globals';
import { malformed } from '../../src/rpc/malformed.ts';
import { malformedFieldIn } from '../../src/rpc/malformed-field.ts';

const good = { account: '1000', side: 'JOURNAL_SIDE_DEBIT', amount: { amountMinor: '1' } };

const bodyOf = (json: unknown) => [Buffer.from(JSON.stringify(json))];
const sides = 'must be one of JOURNAL_SIDE_DEBIT, JOURNAL_SIDE_CREDIT';
const minorUnits = 'must be a whole number of minor units: 1050 is 10.50 USD';

test.each([
  ['text for a message', { amount: 'much' }, 'amount', 'must be an object'],
  ['text for a number, inside', { amount: { amountMinor: 'much' } }, 'amount.amount_minor', minorUnits],
  ['a fraction of a cent', { amount: { amountMinor: '10.5' } }, 'amount.amount_minor', minorUnits],
  ['an unknown enum value in a list', { lines: [good, { ...good, side: 'LEFT' }] }, 'lines[1].side', sides],
  ['text for an item of a list', { lines: [good, 'line'] }, 'lines[1]', 'must be an object'],
  ['text for a list', { lines: 'line' }, 'lines', 'must be a list'],
  ['proto names', { debit_account: 5 }, 'debit_account', 'must be text'],
  ['an unknown field', { sum: 1 }, 'sum', 'is not a field of this request'],
  ['an unknown field, inside', { amount: { currency: 'USD' } }, 'amount.currency', 'is not a field of this request'],
])('%s is named, with what it must be', (_what, json, field, description) => {
  expect(malformedFieldIn(bodyOf(json), LedgerService.method.postJournalEntry)).toEqual({ field, description });
});

test.each([
  [
    PaymentService.method.listPayments,
    { createdFrom: { seconds: 1 } },
    'created_from',
    'must be an instant such as 2026-03-31T12:00:00Z',
  ],
  [PaymentService.method.listPayments, { pageSize: 1.5 }, 'page_size', 'must be a whole number of at most 32 bits'],
  [
    PaymentService.method.listPayments,
    { statuses: ['PAID'] },
    'statuses[0]',
    expect.stringMatching(/^must be one of PAYMENT_STATUS_PENDING, /),
  ],
  [PaymentService.method.createPayment, { metadata: 'abc' }, 'metadata', 'must be an object'],
  [PaymentService.method.createPayment, { metadata: { note: 'x', order: 5 } }, 'metadata["order"]', 'must be text'],
  [InvoiceService.method.createInvoice, { issue: 'maybe' }, 'issue', 'must be true or false'],
  [
    InvoiceService.method.createInvoice,
    { lineItems: [{ quantityMilli: 'few' }] },
    'line_items[0].quantity_milli',
    'must be a whole number of at most 64 bits',
  ],
  [CategorizationService.method.listTransactions, { categories: [5] }, 'categories[0]', 'must be text'],
])('%s: %j', (method, json, field, description) => {
  expect(malformedFieldIn(bodyOf(json), method)).toEqual({ field, description });
});

test.each([
  ['a list', []],
  ['text', 'x'],
  ['null', null],
])('a body that is %s is at fault itself', (_what, json) => {
  expect(malformedFieldIn(bodyOf(json), LedgerService.method.postJournalEntry)).toEqual({
    field: '',
    description: 'must be a JSON object',
  });
});

test('a good message names no field', () => {
  expect(malformedFieldIn(bodyOf({ lines: [good, good] }), LedgerService.method.postJournalEntry)).toBeUndefined();
});

test('what is no JSON, or no UTF-8, names no field', () => {
  for (const bytes of [Buffer.from('{"amount":'), Buffer.from('{"sum":"\xff"}', 'latin1')]) {
    expect(malformedFieldIn([bytes], LedgerService.method.postJournalEntry)).toBeUndefined();
  }
});

test('a stream’s message is looked at behind its envelope, in whatever chunks it came', () => {
  const message = Buffer.from('{"csv":5}');
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.byteLength, 1);
  const chunks = [head, message.subarray(0, 4), message.subarray(4)];
  const violation = { field: 'csv', description: 'must be bytes in base64' };
  expect(malformedFieldIn(chunks, CategorizationService.method.importTransactions)).toEqual(violation);
});

test('the answer names the field, or else repeats what the parser found', () => {
  const field = malformed('cannot decode enum a.b.C from JSON: "LEFT"', { field: 'side', description: sides });
  expect(field.rawMessage).toBe(`side: ${sides}`);
  const body = malformed('cannot decode message a.b.C from JSON: Array(0)', {
    field: '',
    description: 'must be a JSON object',
  });
  expect(body.rawMessage).toBe('The body must be a JSON object.');
  const whole = malformed('cannot decode message a.b.C from JSON: unexpected end');
  expect(whole.rawMessage).toBe('The body is not a message of this method: unexpected end.');
});
