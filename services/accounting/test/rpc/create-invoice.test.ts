import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  anInvoice,
  balances,
  startAccounting,
  type TestAccounting,
  type TestMember,
  TODAY,
  usd,
} from '../accounting.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

describe('CreateInvoice', () => {
  beforeAll(async () => {
    member = await accounting.member();
  });

  test('an amount alone makes a draft of one line, and books nothing', async () => {
    const { invoice } = await member.invoices.createInvoice(anInvoice({ issue: false }));
    expect(invoice).toMatchObject({
      organizationId: member.organizationId,
      userId: member.userId,
      status: InvoiceStatus.DRAFT,
      amount: usd(100_000n),
      subtotal: usd(100_000n),
      tax: usd(0n),
      amountPaid: usd(0n),
      amountDue: usd(0n),
      issueDate: TODAY,
      lineItems: [{ quantityMilli: 1000n, unitPrice: usd(100_000n) }],
    });
    expect(await balances(member)).toEqual({});
    expect(await accounting.published(member.organizationId, 'invoice_created')).toEqual([]);
  });

  test('with `issue` it is PENDING, booked and published', async () => {
    const other = await accounting.member();
    const { invoice } = await other.invoices.createInvoice(
      anInvoice({
        amount: undefined,
        lineItems: [
          { description: 'Design', quantityMilli: 2500n, unitPrice: usd(9_999n), taxRateBps: 1900 },
          { description: 'Discount', unitPrice: usd(-1_000n), taxRateBps: 1900 },
        ],
      }),
    );
    // 2.5 × 99.99 = 249.975 → 249.98; tax 47.4962 → 47.50; discount −10.00 with −1.90 tax.
    expect(invoice).toMatchObject({
      status: InvoiceStatus.PENDING,
      subtotal: usd(23_998n),
      tax: usd(4_560n),
      amount: usd(28_558n),
      amountDue: usd(28_558n),
      lineItems: [
        { net: usd(24_998n), tax: usd(4_750n) },
        { net: usd(-1_000n), tax: usd(-190n) },
      ],
    });
    expect(await balances(other)).toEqual({ '1100': 28_558n, '4000': -23_998n, '2100': -4_560n });
    expect(await accounting.published(other.organizationId, 'invoice_created')).toEqual([
      {
        id: invoice?.id,
        userId: other.userId,
        organizationId: other.organizationId,
        number: invoice?.number,
        client: 'Alder & Quill',
        amount: '28558',
        currency: 'USD',
        issueDate: TODAY,
        dueDate: '2026-04-10',
        status: 'PENDING',
        createdAt: '2026-03-10T12:00:00.000Z',
      },
    ]);
    const { journalEntries } = await other.ledger.listJournalEntries({ invoiceId: invoice?.id });
    expect(journalEntries).toMatchObject([{ source: `invoice:${invoice?.id}`, date: TODAY, createdBy: other.userId }]);
  });

  test('issued with a due date that has passed it is OVERDUE at once, dated no later than it is due', async () => {
    const { invoice } = await member.invoices.createInvoice(anInvoice({ dueDate: '2026-02-01' }));
    expect(invoice).toMatchObject({ status: InvoiceStatus.OVERDUE, issueDate: '2026-02-01' });
  });

  test('numbers count up without gaps, past one that somebody chose by hand', async () => {
    const other = await accounting.member();
    await other.invoices.createInvoice(anInvoice({ number: 'INV-2026-00002' }));
    const numbers = await Promise.all(
      Array.from({ length: 8 }, async () => (await other.invoices.createInvoice(anInvoice())).invoice?.number),
    );
    expect(numbers.sort()).toEqual([1, 3, 4, 5, 6, 7, 8, 9].map((n) => `INV-2026-0000${n}`));
  });

  test('numbers go on with the year, and past five digits', async () => {
    const other = await accounting.member();
    const numberIn = async (issueDate: string) =>
      (await other.invoices.createInvoice(anInvoice({ issueDate, dueDate: '2027-02-01' }))).invoice?.number;
    expect(await numberIn('2026-12-31')).toBe('INV-2026-00001');
    expect(await numberIn('2027-01-01')).toBe('INV-2027-00002');
    await accounting.database.tenant(other.organizationId, (tx) =>
      tx.query('update invoice_counters set last_number = 123455'),
    );
    expect(await numberIn('2027-01-01')).toBe('INV-2027-123456');
  });

  test('a refused invoice leaves no gap', async () => {
    const other = await accounting.member();
    await failureOf(other.invoices.createInvoice(anInvoice({ amount: { currencyCode: 'XXQ', amountMinor: 1n } })));
    const { invoice } = await other.invoices.createInvoice(anInvoice());
    expect(invoice?.number).toBe('INV-2026-00001');
  });

  test('the same request id makes one invoice; another body is refused', async () => {
    const requestId = newId();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => member.invoices.createInvoice(anInvoice({ requestId }))),
    );
    expect(new Set(replies.map(({ invoice }) => invoice?.id)).size).toBe(1);
    expect(replies[1]).toEqual(replies[0]);
    expect(await failureOf(member.invoices.createInvoice(anInvoice({ requestId, client: 'Other' })))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'REQUEST_ID_REUSED',
      fields: ['request_id'],
    });
  });

  test.each([
    ['neither amount nor lines', { amount: undefined }, 'AMOUNT_OR_LINE_ITEMS_REQUIRED', 'amount'],
    ['an amount of zero', { amount: usd(0n) }, 'VALIDATION_FAILED', 'amount'],
    [
      'a currency that does not exist',
      { amount: { currencyCode: 'ABC', amountMinor: 1n } },
      'UNKNOWN_CURRENCY',
      'amount.currency_code',
    ],
    [
      'a currency in small letters',
      { amount: { currencyCode: 'usd', amountMinor: 1n } },
      'VALIDATION_FAILED',
      'amount.currency_code',
    ],
    ['an amount beyond the bound', { amount: usd(10n ** 15n + 1n) }, 'VALIDATION_FAILED', 'amount.amount_minor'],
    [
      'lines that come to another amount',
      { lineItems: [{ description: 'x', unitPrice: usd(1n) }] },
      'AMOUNT_MISMATCH',
      'amount',
    ],
    [
      'lines of another currency',
      { lineItems: [{ description: 'x', unitPrice: { currencyCode: 'EUR', amountMinor: 1n } }] },
      'CURRENCY_MISMATCH',
      'line_items[0].unit_price.currency_code',
    ],
    [
      'lines that come to nothing',
      { amount: undefined, lineItems: [{ description: 'x', unitPrice: usd(-5n) }] },
      'AMOUNT_NOT_POSITIVE',
      'line_items',
    ],
    [
      'a line too large',
      {
        amount: undefined,
        lineItems: [
          { description: 'a', unitPrice: usd(1n) },
          { description: 'x', quantityMilli: 10n ** 9n, unitPrice: usd(10n ** 15n) },
        ],
      },
      'AMOUNT_TOO_LARGE',
      'line_items[1]',
    ],
    ['a client of blanks', { client: '  ' }, 'VALIDATION_FAILED', 'client'],
    ['an email that is none', { clientEmail: 'nobody' }, 'VALIDATION_FAILED', 'client_email'],
    ['a due date that is no date', { dueDate: '2026-02-30' }, 'VALIDATION_FAILED', 'due_date'],
    ['a due date of another age', { dueDate: '1800-01-01' }, 'VALIDATION_FAILED', 'due_date'],
    ['an issue date of another age', { issueDate: '0206-03-01' }, 'VALIDATION_FAILED', 'issue_date'],
    [
      'a due date before the issue date',
      { dueDate: '2026-03-01', issueDate: '2026-03-02' },
      'DUE_BEFORE_ISSUE',
      'due_date',
    ],
  ])('%s is refused by field, and nothing is stored', async (_what, fields, reason, field) => {
    const other = await accounting.member();
    const refused = await failureOf(other.invoices.createInvoice(anInvoice(fields)));
    expect(refused).toMatchObject({ code: 'InvalidArgument', reason });
    expect(refused.fields).toContain(field);
    expect((await other.invoices.listInvoices({})).totalSize).toBe(0);
  });

  test('a number that is taken is refused', async () => {
    const other = await accounting.member();
    await other.invoices.createInvoice(anInvoice({ number: 'A-1' }));
    expect(await failureOf(other.invoices.createInvoice(anInvoice({ number: 'A-1' })))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'INVOICE_NUMBER_TAKEN',
      fields: ['number'],
    });
  });

  test('without a currency it is in the organization’s', async () => {
    const other = await accounting.member({ organizationId: await accounting.organization({ currency: 'JPY' }) });
    const { invoice } = await other.invoices.createInvoice(anInvoice({ amount: { amountMinor: 500n } }));
    expect(invoice?.amount).toMatchObject({ currencyCode: 'JPY', amountMinor: 500n });
    expect(await balances(other, 'JPY')).toEqual({ '1100': 500n, '4000': -500n });
  });
});
