import { timestampDate } from '@bufbuild/protobuf/wkt';
import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember, usd } from '../accounting.ts';
import { eventsFor } from '../events.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

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

  test('a changed due date of an issued one is published, other changes and those of drafts are not', async () => {
    member = await accounting.member();
    const [issued, draft] = [await created(), await created({ issue: false })];
    await member.invoices.updateInvoice({ id: draft, dueDate: '2026-06-01' });
    await member.invoices.updateInvoice({ id: issued, notes: 'Thank you' });
    const later = { id: issued, dueDate: '2026-06-01', requestId: 'later' };
    const { invoice } = await member.invoices.updateInvoice(later);
    await member.invoices.updateInvoice(later);
    const published = await accounting.published(member.organizationId, 'invoice_updated');
    expect(published).toEqual([
      {
        id: issued,
        organizationId: member.organizationId,
        currency: 'USD',
        dueDate: '2026-06-01',
        updatedAt: timestampDate(invoice!.updatedAt!).toISOString(),
      },
    ]);
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
    expect(await failureOf(member.invoices.updateInvoice({ id, ...fields }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'INVOICE_NOT_DRAFT',
    });
    expect((await member.invoices.getInvoice({ id })).invoice).toEqual(before);
  });

  test('a cancelled one does not change, a taken number and impossible dates are refused', async () => {
    const id = await created({ issue: false, number: 'TAKEN' });
    expect(await failureOf(member.invoices.updateInvoice({ id, dueDate: '2026-03-01' }))).toMatchObject({
      reason: 'DUE_BEFORE_ISSUE',
      fields: ['due_date'],
    });
    expect(await failureOf(member.invoices.updateInvoice({ id, issueDate: '2026-04-11' }))).toMatchObject({
      reason: 'DUE_BEFORE_ISSUE',
      fields: ['issue_date'],
    });
    const other = await created({ issue: false });
    expect(await failureOf(member.invoices.updateInvoice({ id: other, number: 'TAKEN' }))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'INVOICE_NUMBER_TAKEN',
      fields: ['number'],
    });
    await member.invoices.cancelInvoice({ id });
    expect(await failureOf(member.invoices.updateInvoice({ id, notes: 'x' }))).toMatchObject({
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
    expect(await failureOf(member.invoices.issueInvoice({ id }))).toMatchObject({
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
    expect(await failureOf(member.invoices.cancelInvoice({ id }))).toMatchObject({ reason: 'INVOICE_CANCELLED' });
  });

  test('an invoice is cancelled by its id in capitals too', async () => {
    const id = await created();
    await member.invoices.cancelInvoice({ id: id.toUpperCase() });
    expect(await balances(member)).toEqual({});
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
    expect(await failureOf(member.invoices.cancelInvoice({ id }))).toMatchObject({
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
    expect(await Promise.all(calls.map(failureOf))).toMatchObject(calls.map(() => notFound));
  });

  test('a viewer reads and does not write', async () => {
    const id = await created();
    const viewer = await accounting.member({ organizationId: member.organizationId, role: 'VIEWER' });
    expect((await viewer.invoices.getInvoice({ id })).invoice?.id).toBe(id);
    expect(await failureOf(viewer.invoices.cancelInvoice({ id }))).toMatchObject({ code: 'PermissionDenied' });
  });
});
