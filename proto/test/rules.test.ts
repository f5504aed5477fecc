import { create, createRegistry, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ListInvoicesRequestSchema } from '../gen/finflow/accounting/v1/invoice_pb.ts';
import {
  CreateAccountRequestSchema,
  ListJournalEntriesRequestSchema,
  ReverseJournalEntryRequestSchema,
} from '../gen/finflow/accounting/v1/ledger_pb.ts';
import { ListTransactionsRequestSchema } from '../gen/finflow/analytics/v1/categorization_pb.ts';
import { GetDashboardRequestSchema } from '../gen/finflow/analytics/v1/dashboard_pb.ts';
import { InviteMemberRequestSchema, ListMembersRequestSchema } from '../gen/finflow/auth/v1/organization_pb.ts';
import { OrganizationRole } from '../gen/finflow/common/v1/authorization_pb.ts';
import { MoneySchema } from '../gen/finflow/common/v1/money_pb.ts';
import { file_finflow_common_v1_rules } from '../gen/finflow/common/v1/rules_pb.ts';
import {
  CreatePaymentRequestSchema,
  ListPaymentsRequestSchema,
  RefundPaymentRequestSchema,
} from '../gen/finflow/payments/v1/payment_pb.ts';

const validator = createValidator({ registry: createRegistry(file_finflow_common_v1_rules) });

/** `field: message` of each rule the request breaks. */
function violations<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): string[] {
  const result = validator.validate(schema, create(schema, init));
  if (result.kind === 'error') throw result.error;
  return result.kind === 'valid'
    ? []
    : result.violations.map((violation) => violation.toString().replace(/ \[.*$/, ''));
}

const account = (code: string) => violations(CreateAccountRequestSchema, { code, name: 'Bank', type: 1 });
const accountName = (name: string) => violations(CreateAccountRequestSchema, { code: '1000', name, type: 1 });
const dueFrom = (dueDateFrom: string) => violations(ListInvoicesRequestSchema, { dueDateFrom });
const reversedOn = (date: string) =>
  violations(ReverseJournalEntryRequestSchema, { id: '0198c0de-0000-7000-8000-00000000abcd', date });
const fromMonth = (month: string) => violations(GetDashboardRequestSchema, { fromMonth: month });
const currency = (currencyCode: string) => violations(GetDashboardRequestSchema, { currencyCode });
const onAccount = (reference: string) => violations(ListJournalEntriesRequestSchema, { account: reference });
const category = (key: string) => violations(ListTransactionsRequestSchema, { categories: [key] });
const requestId = (id: string) =>
  violations(InviteMemberRequestSchema, { email: 'a@b.example', role: OrganizationRole.VIEWER, requestId: id });
const payment = (init: {
  amount?: MessageInitShape<typeof MoneySchema>;
  source?: string;
  metadata?: Record<string, string>;
}) => violations(CreatePaymentRequestSchema, { amount: { amountMinor: 1n }, source: 'tok_visa', ...init });

describe('a calendar date', () => {
  const refusal = ['due_date_from: must be a real calendar date such as 2026-03-31'];

  test('is accepted exactly when the calendar has it, that of something only in our times', () => {
    const digits = (length: number) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
    const years = fc.oneof(digits(4), fc.integer({ min: 1899, max: 2200 }).map(String));
    const candidate = fc.tuple(years, fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(candidate, ([year, month, day]) => {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const instant = new Date(`${text}T00:00:00Z`);
        // JavaScript rolls 30 February over into March, and knows a year 0.
        const exists = year !== '0000' && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
        expect(dueFrom(text)).toEqual(exists ? [] : refusal);
        const ours = exists && year >= '1900' && year < '2200';
        expect(reversedOn(text)).toEqual(
          ours ? [] : ['date: must be a real calendar date of the years 1900 to 2199, such as 2026-03-31'],
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each(['2024-02-29', '2000-02-29', '9999-12-31', '0001-01-01'])('%s exists', (date) => {
    expect(dueFrom(date)).toEqual([]);
  });

  test.each([
    '2023-02-29',
    '1900-02-29',
    '2026-02-30',
    '2026-04-31',
    '0000-01-01',
    '2026-3-1',
    '2026-03-31T00:00',
    '٢٠٢٦-٠٣-٣١',
  ])('%s does not', (date) => {
    expect(dueFrom(date)).toEqual(refusal);
  });

  test('may be left out where its comment says so', () => {
    expect(dueFrom('')).toEqual([]);
  });
});

test.each([
  ['a month', fromMonth, ['2026-01', '2026-12'], ['2026-13', '2026-00', '0000-01', '2026-1', '2026-01-01']],
  ['a currency', currency, ['USD', 'XXX'], ['usd', 'US', 'USDT', '€']],
  ['the code of an account', account, ['1000', '4.1-a', 'A'.repeat(20)], ['', ' 1', '-1', 'A'.repeat(21), '1 2']],
  [
    'an account',
    onAccount,
    ['1000', '0198c0de-0000-7000-8000-00000000abcd'],
    ['10 00', '0198c0de-0000-7000-8000-00000000abc', '0198c0de-0000-7000-8000-00000000abcdef'],
  ],
  ['a category', category, ['travel', 'office_supplies'], ['', 'Travel', '1st', 'a-b', 'a'.repeat(65)]],
  ['a request id', requestId, ['', 'a', '!~', 'x'.repeat(128)], ['a b', 'x'.repeat(129), 'ü', 'a\n']],
  [
    'a name',
    accountName,
    ['Bank', 'Zoë ☃', ' a ', 'בנק'],
    ['', '   ', 'a\nb', 'a\u0000b', '\u00a0', 'a\u2028b', 'a\u0085b', 'a'.repeat(121)].concat(
      [...'\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'].map((control) => `a${control}b`),
    ),
  ],
  [
    'a payment source',
    (source: string) => payment({ source }),
    ['tok_visa', 'pm_card_visa', 'src_1', 'card_1'],
    ['', 'visa', '4242424242424242', 'tok_', 'tok_a b', `tok_${'a'.repeat(252)}`],
  ],
  [
    'the key of metadata',
    (key: string) => payment({ metadata: { [key]: 'x' } }),
    ['order', 'a.b-c_D9'],
    ['', 'a b', 'a'.repeat(41)],
  ],
] as const)('%s is held to its rule', (_, check, accepted, refused) => {
  expect(accepted.filter((value) => check(value).length > 0)).toEqual([]);
  expect(refused.filter((value) => check(value).length === 0)).toEqual([]);
});

test('a range ends where it begins or later', () => {
  const dates = (dateFrom: string, dateTo: string) => violations(ListJournalEntriesRequestSchema, { dateFrom, dateTo });
  const instants = (from: bigint, until: bigint) =>
    violations(ListPaymentsRequestSchema, { createdFrom: { seconds: from }, createdUntil: { seconds: until } });
  expect(dates('2026-03-02', '2026-03-01')).toEqual(['date_from must not be after date_to']);
  expect(instants(2n, 1n)).toEqual(['created_from must not be after created_until']);
  expect([
    dates('2026-03-01', '2026-03-01'),
    dates('2026-03-01', ''),
    dates('', '2026-03-01'),
    instants(1n, 1n),
  ]).toEqual([[], [], [], []]);
  expect(violations(ListPaymentsRequestSchema, { createdFrom: { seconds: 1n } })).toEqual([]);
});

test('metadata has at most 20 pairs', () => {
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
  expect(payment({ metadata: pairs(20) })).toEqual([]);
  expect(payment({ metadata: pairs(21) })).toEqual(['metadata: map must be at most 20 entries']);
});

describe('an amount', () => {
  const limit = 1_000_000_000_000_000n;

  test.each([limit, -limit, 0n])('of %s minor units is within bounds', (amountMinor) => {
    expect(violations(MoneySchema, { currencyCode: 'USD', amountMinor })).toEqual([]);
  });

  test.each([limit + 1n, -limit - 1n])('of %s minor units is not', (amountMinor) => {
    expect(violations(MoneySchema, { currencyCode: 'USD', amountMinor })).toHaveLength(1);
  });

  test.each([0n, -1n])('to charge or give back cannot be %s', (amountMinor) => {
    const refusal = ['amount: must be at least one minor unit, such as one cent'];
    expect(payment({ amount: { amountMinor } })).toEqual(refusal);
    const paymentId = '0198c0de-0000-7000-8000-00000000abcd';
    expect(violations(RefundPaymentRequestSchema, { paymentId, amount: { amountMinor } })).toEqual(refusal);
  });

  test('to charge must be there; to give back it may be left out', () => {
    expect(violations(CreatePaymentRequestSchema, { source: 'tok_visa' })).toEqual(['amount: value is required']);
    const paymentId = '0198c0de-0000-7000-8000-00000000abcd';
    expect(violations(RefundPaymentRequestSchema, { paymentId })).toEqual([]);
  });

  test('of a currency in small letters names the field', () => {
    expect(payment({ amount: { currencyCode: 'usd', amountMinor: 1n } })).toEqual([
      'amount.currency_code: must be a three-letter ISO 4217 code such as USD',
    ]);
  });
});

test('an unspecified value in a filter is refused in words', () => {
  expect(
    violations(ListMembersRequestSchema, { roles: [OrganizationRole.OWNER, OrganizationRole.UNSPECIFIED] }),
  ).toEqual(['roles[1]: must be one of the named values, not UNSPECIFIED']);
});

test('an empty list request is valid: everything in it has a default', () => {
  expect(violations(ListInvoicesRequestSchema, {})).toEqual([]);
  expect(violations(ListTransactionsRequestSchema, {})).toEqual([]);
});
