import { newId } from '@finflow/chassis/ids';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember, TODAY } from '../accounting.ts';
import { refusal } from '../errors.ts';
import { eventsFor } from '../events.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

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

  test('a refused invoice leaves no gap', async () => {
    const other = await accounting.member();
    await refusal(other.invoices.createInvoice(anInvoice({ amount: { currencyCode: 'XXQ', amountMinor: 1n } })));
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
    expect(await refusal(member.invoices.createInvoice(anInvoice({ requestId, client: 'Other' })))).toEqual({
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
    [
      'a due date before the issue date',
      { dueDate: '2026-03-01', issueDate: '2026-03-02' },
      'DUE_BEFORE_ISSUE',
      'due_date',
    ],
  ])('%s is refused by field, and nothing is stored', async (_what, fields, reason, field) => {
    const other = await accounting.member();
    const refused = await refusal(other.invoices.createInvoice(anInvoice(fields)));
    expect(refused).toMatchObject({ code: 'InvalidArgument', reason });
    expect(refused.fields).toContain(field);
    expect((await other.invoices.listInvoices({})).totalSize).toBe(0);
  });

  test('a number that is taken is refused', async () => {
    const other = await accounting.member();
    await other.invoices.createInvoice(anInvoice({ number: 'A-1' }));
    expect(await refusal(other.invoices.createInvoice(anInvoice({ number: 'A-1' })))).toEqual({
      code: 'AlreadyExists',
      reason: 'INVOICE_NUMBER_TAKEN',
      fields: ['number'],
    });
  });

  test('without a currency it is in the organization’s', async () => {
    const other = await accounting.member();
    await eventsFor(accounting, other).userCreated({ currency: 'JPY' });
    const { invoice } = await other.invoices.createInvoice(anInvoice({ amount: { amountMinor: 500n } }));
    expect(invoice?.amount).toMatchObject({ currencyCode: 'JPY', amountMinor: 500n });
    expect(await balances(other, 'JPY')).toEqual({ '1100': 500n, '4000': -500n });
  });
});

describe('UpdateInvoice', () => {
  beforeAll(async () => {
    member = await accounting.member();
  });
  const created = async (fields: object = {}) =>
    (await member.invoices.createInvoice(anInvoice(fields))).invoice?.id ?? '';

  test('a draft changes wholly, its lines replaced', async () => {
    const id = await created({ issue: false });
    const { invoice } = await member.invoices.updateInvoice({
      id,
      client: 'Birch & Co',
      clientEmail: 'pay@birch.example',
      dueDate: '2026-05-01',
      issueDate: '2026-04-01',
      number: `B-${id}`,
      notes: 'Thank you',
      lineItems: [
        { description: 'a', unitPrice: usd(100n), taxRateBps: 1000 },
        { description: 'b', unitPrice: usd(200n) },
      ],
    });
    expect(invoice).toMatchObject({
      client: 'Birch & Co',
      clientEmail: 'pay@birch.example',
      dueDate: '2026-05-01',
      issueDate: '2026-04-01',
      number: `B-${id}`,
      notes: 'Thank you',
      amount: usd(310n),
      status: InvoiceStatus.DRAFT,
    });
    expect((await member.invoices.getInvoice({ id })).invoice).toEqual(invoice);
    const again = await member.invoices.updateInvoice({ id, amount: { currencyCode: 'EUR', amountMinor: 7n } });
    expect(again.invoice).toMatchObject({ amount: { currencyCode: 'EUR', amountMinor: 7n }, client: 'Birch & Co' });
    expect(again.invoice?.lineItems).toHaveLength(1);
  });

  test('an issued one changes in email, due date and notes, and its status follows the due date', async () => {
    const id = await created({ dueDate: '2026-03-01' });
    const { invoice } = await member.invoices.updateInvoice({
      id,
      dueDate: '2026-06-01',
      notes: 'Later',
      clientEmail: '',
    });
    expect(invoice).toMatchObject({ status: InvoiceStatus.PENDING, dueDate: '2026-06-01', notes: 'Later' });
    const back = await member.invoices.updateInvoice({ id, dueDate: '2026-03-09' });
    expect(back.invoice?.status).toBe(InvoiceStatus.OVERDUE);
  });

  test.each([
    ['client', { client: 'Other' }],
    ['number', { number: 'X-9' }],
    ['issue date', { issueDate: '2026-03-01' }],
    ['amount', { amount: usd(5n) }],
    ['lines', { lineItems: [{ description: 'x', unitPrice: usd(5n) }] }],
  ])('an issued one does not change in its %s', async (_what, fields) => {
    const id = await created();
    const before = (await member.invoices.getInvoice({ id })).invoice;
    expect(await refusal(member.invoices.updateInvoice({ id, ...fields }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'INVOICE_NOT_DRAFT',
    });
    expect((await member.invoices.getInvoice({ id })).invoice).toEqual(before);
  });

  test('a cancelled one does not change, a taken number and impossible dates are refused', async () => {
    const id = await created({ issue: false, number: 'TAKEN' });
    expect(await refusal(member.invoices.updateInvoice({ id, dueDate: '2026-03-01' }))).toMatchObject({
      reason: 'DUE_BEFORE_ISSUE',
      fields: ['due_date'],
    });
    const other = await created({ issue: false });
    expect(await refusal(member.invoices.updateInvoice({ id: other, number: 'TAKEN' }))).toEqual({
      code: 'AlreadyExists',
      reason: 'INVOICE_NUMBER_TAKEN',
      fields: ['number'],
    });
    await member.invoices.cancelInvoice({ id });
    expect(await refusal(member.invoices.updateInvoice({ id, notes: 'x' }))).toMatchObject({
      reason: 'INVOICE_CANCELLED',
    });
  });
});

describe('IssueInvoice and CancelInvoice', () => {
  beforeEach(async () => {
    member = await accounting.member();
  });
  const created = async (fields: object = {}) =>
    (await member.invoices.createInvoice(anInvoice(fields))).invoice?.id ?? '';

  test('issuing books on the issue date; once', async () => {
    const id = await created({ issue: false, issueDate: '2026-03-01' });
    accounting.clock.advance(60_000);
    const { invoice } = await member.invoices.issueInvoice({ id, requestId: 'i' });
    expect(invoice).toMatchObject({ status: InvoiceStatus.PENDING, amountDue: usd(100_000n) });
    expect(invoice?.issuedAt).toBeDefined();
    expect(await balances(member)).toEqual({ '1100': 100_000n, '4000': -100_000n });
    const { journalEntries } = await member.ledger.listJournalEntries({});
    expect(journalEntries).toMatchObject([{ date: '2026-03-01', invoiceId: id }]);
    expect((await member.invoices.issueInvoice({ id, requestId: 'i' })).invoice).toEqual(invoice);
    expect(await refusal(member.invoices.issueInvoice({ id }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'INVOICE_NOT_DRAFT',
    });
    expect(await accounting.published(member.organizationId, 'invoice_created')).toHaveLength(1);
  });

  test('cancelling a draft books nothing', async () => {
    const id = await created({ issue: false });
    const { invoice } = await member.invoices.cancelInvoice({ id, reason: 'Typed twice' });
    expect(invoice).toMatchObject({ status: InvoiceStatus.CANCELLED, cancelReason: 'Typed twice', amountDue: usd(0n) });
    expect((await member.ledger.listJournalEntries({})).totalSize).toBe(0);
  });

  test('cancelling an issued one reverses its entry', async () => {
    const id = await created();
    await member.invoices.cancelInvoice({ id });
    expect(await balances(member)).toEqual({});
    const { journalEntries } = await member.ledger.listJournalEntries({ orderBy: 'created_at' });
    const [entry, reversal] = journalEntries;
    expect(reversal).toMatchObject({ reversesEntryId: entry?.id, invoiceId: id, source: `reversal:${entry?.id}` });
    expect(entry?.reversedByEntryId).toBe(reversal?.id);
    expect(await refusal(member.invoices.cancelInvoice({ id }))).toMatchObject({ reason: 'INVOICE_CANCELLED' });
  });

  test('an invoice dated in the future is reversed on its own date', async () => {
    const id = await created({ issueDate: '2026-04-05' });
    await member.invoices.cancelInvoice({ id });
    const { journalEntries } = await member.ledger.listJournalEntries({});
    expect(journalEntries.map(({ date }) => date)).toEqual(['2026-04-05', '2026-04-05']);
  });

  test('payments on it stand in the way of cancelling', async () => {
    const id = await created();
    await eventsFor(accounting, member).paymentCompleted({ invoiceId: id, amount: 1n });
    const before = await balances(member);
    expect(await refusal(member.invoices.cancelInvoice({ id }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'INVOICE_HAS_PAYMENTS',
    });
    expect(await balances(member)).toEqual(before);
  });

  test('what does not exist, or belongs to somebody else, is not found', async () => {
    const id = await created();
    const stranger = await accounting.member();
    const calls = [
      stranger.invoices.getInvoice({ id }),
      stranger.invoices.issueInvoice({ id }),
      stranger.invoices.cancelInvoice({ id }),
      stranger.invoices.updateInvoice({ id, notes: 'x' }),
      member.invoices.getInvoice({ id: newId() }),
    ];
    const notFound = { code: 'NotFound', reason: 'INVOICE_NOT_FOUND', fields: ['id'] };
    expect(await Promise.all(calls.map(refusal))).toEqual(calls.map(() => notFound));
  });

  test('a viewer reads and does not write', async () => {
    const id = await created();
    const viewer = await accounting.member({ organizationId: member.organizationId, role: 'VIEWER' });
    expect((await viewer.invoices.getInvoice({ id })).invoice?.id).toBe(id);
    expect(await refusal(viewer.invoices.cancelInvoice({ id }))).toMatchObject({ code: 'PermissionDenied' });
  });
});

describe('ListInvoices', () => {
  let reader: TestMember;
  beforeAll(async () => {
    reader = await accounting.member();
    const make = (fields: object) => reader.invoices.createInvoice(anInvoice(fields));
    await make({ client: 'Zebra 100%', dueDate: '2026-03-20', amount: usd(300n), number: 'N-1' });
    await make({
      client: 'apple',
      dueDate: '2026-03-15',
      amount: usd(100n),
      number: 'N-2',
      clientEmail: 'bills@apple.example',
    });
    await make({
      client: 'Mango',
      dueDate: '2026-04-01',
      amount: { currencyCode: 'EUR', amountMinor: 200n },
      number: 'N-3',
      issue: false,
    });
    await make({ client: 'Late', dueDate: '2026-01-15', issueDate: '2026-01-01', amount: usd(50n), number: 'N-4' });
    await (await accounting.member()).invoices.createInvoice(anInvoice({ client: 'Somebody else’s' }));
  });
  const numbers = async (request: object) =>
    (await reader.invoices.listInvoices(request)).invoices.map(({ number }) => number);

  test('newest first by default, with lines and total size, never another organization’s', async () => {
    const page = await reader.invoices.listInvoices({});
    expect(page.invoices.map(({ number }) => number)).toEqual(['N-4', 'N-3', 'N-2', 'N-1']);
    expect(page.invoices.every(({ lineItems }) => lineItems.length === 1)).toBe(true);
    expect(page).toMatchObject({ totalSize: 4, nextPageToken: '' });
  });

  test.each(
    ['created_at', 'issue_date', 'due_date', 'amount', 'client', 'number', 'status'].flatMap((f) => [f, `${f} desc`]),
  )('pages by %s give every invoice once, in order', async (orderBy) => {
    const all = await numbers({ orderBy });
    const paged: string[] = [];
    let pageToken = '';
    do {
      const page = await reader.invoices.listInvoices({ orderBy, pageSize: 1, pageToken });
      paged.push(...page.invoices.map(({ number }) => number));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(all).toHaveLength(4);
    expect(paged).toEqual(all);
  });

  test.each([
    ['by status', { statuses: [InvoiceStatus.OVERDUE, InvoiceStatus.DRAFT] }, ['N-4', 'N-3']],
    ['by part of the client, whatever the case', { query: 'APP' }, ['N-2']],
    ['by part of the email', { query: 'bills@' }, ['N-2']],
    ['by text whose wildcards are taken literally', { query: '100%' }, ['N-1']],
    ['by an underscore that is no wildcard', { query: '_' }, []],
    ['by currency', { currencyCode: 'EUR' }, ['N-3']],
    ['by amounts', { amountMinorMin: 100n, amountMinorMax: 200n }, ['N-3', 'N-2']],
    ['by due dates', { dueDateFrom: '2026-03-15', dueDateTo: '2026-03-20' }, ['N-2', 'N-1']],
    ['by issue dates', { issueDateTo: '2026-01-31' }, ['N-4']],
    ['by several at once', { currencyCode: 'USD', issueDateFrom: '2026-02-01', query: 'zeb' }, ['N-1']],
  ])('filters %s', async (_what, request, expected) => {
    expect(await numbers(request)).toEqual(expected);
  });

  test('a token of other filters, nonsense and unknown fields are refused', async () => {
    const { nextPageToken: pageToken } = await reader.invoices.listInvoices({ pageSize: 1 });
    for (const request of [{ pageToken, query: 'x' }, { pageToken: 'nonsense' }]) {
      expect(await refusal(reader.invoices.listInvoices(request))).toEqual({
        code: 'InvalidArgument',
        reason: 'INVALID_PAGE_TOKEN',
        fields: ['page_token'],
      });
    }
    expect(await refusal(reader.invoices.listInvoices({ orderBy: 'notes' }))).toMatchObject({
      reason: 'INVALID_ORDER_BY',
    });
  });
});
