import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { newId } from '@finflow/chassis/ids';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { fillBalances } from '../books.ts';
import { eventsFor } from '../events.ts';

let accounting: TestAccounting;
let member: TestMember;
let send: ReturnType<typeof eventsFor>;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  member = await accounting.member();
  send = eventsFor(accounting, member);
});
afterAll(async () => await accounting?.stop());

/** An issued invoice of 1,000.00. */
const invoiced = async (fields: object = {}) =>
  (await member.invoices.createInvoice(anInvoice(fields))).invoice?.id ?? '';
const state = async (id: string) => {
  const { invoice } = await member.invoices.getInvoice({ id });
  return [invoice?.status, invoice?.amountPaid?.amountMinor, invoice?.amountDue?.amountMinor];
};
const { PENDING, PARTIALLY_PAID, PAID, OVERDUE, CANCELLED } = InvoiceStatus;

describe('a completed payment', () => {
  test('settles its invoice: Dr Card clearing, Cr Accounts receivable', async () => {
    const invoiceId = await invoiced();
    const id = await send.paymentCompleted({ invoiceId, amount: 100_000n });
    expect(await state(invoiceId)).toEqual([PAID, 100_000n, 0n]);
    expect(await balances(member)).toEqual({ '1050': 100_000n, '4000': -100_000n });
    const { journalEntries } = await member.ledger.listJournalEntries({ query: id });
    expect(journalEntries).toMatchObject([{ source: `payment:${id}`, invoiceId, date: '2026-03-10', createdBy: '' }]);
  });

  test('makes its invoice paid at the instant the money arrived, however late the event comes', async () => {
    const invoiceId = await invoiced();
    await send.paymentCompleted({ invoiceId, amount: 30_000n, at: '2026-03-08T07:00:00.000Z' });
    expect((await member.invoices.getInvoice({ id: invoiceId })).invoice?.paidAt).toBeUndefined();
    await send.paymentCompleted({ invoiceId, amount: 70_000n, at: '2026-03-09T08:15:00.000Z' });
    const { invoice } = await member.invoices.getInvoice({ id: invoiceId });
    expect(invoice?.paidAt).toEqual(timestampFromDate(new Date('2026-03-09T08:15:00Z')));
  });

  test('whose event overtook another’s makes its invoice paid when the last of the money arrived', async () => {
    const invoiceId = await invoiced();
    const refunded = await send.paymentCompleted({ invoiceId, amount: 5_000n, at: '2026-03-09T23:00:00.000Z' });
    await send.paymentRefunded({ paymentId: refunded, amount: 5_000n });
    await send.paymentCompleted({ invoiceId, amount: 30_000n, at: '2026-03-09T08:15:00.000Z' });
    await send.paymentCompleted({ invoiceId, amount: 70_000n, at: '2026-03-08T07:00:00.000Z' });
    const { invoice } = await member.invoices.getInvoice({ id: invoiceId });
    expect(invoice?.status).toBe(PAID);
    expect(invoice?.paidAt).toEqual(timestampFromDate(new Date('2026-03-09T08:15:00Z')));
  });

  test('of a part leaves the rest open; two parts make it paid', async () => {
    const invoiceId = await invoiced();
    await send.paymentCompleted({ invoiceId, amount: 30_000n });
    expect(await state(invoiceId)).toEqual([PARTIALLY_PAID, 30_000n, 70_000n]);
    await send.paymentCompleted({ invoiceId, amount: 70_000n });
    expect(await state(invoiceId)).toEqual([PAID, 100_000n, 0n]);
  });

  test('of a part leaves an overdue invoice overdue', async () => {
    const invoiceId = await invoiced({ dueDate: '2026-03-01' });
    await send.paymentCompleted({ invoiceId, amount: 1n });
    expect(await state(invoiceId)).toEqual([OVERDUE, 1n, 99_999n]);
  });

  test('above what is open books the excess to Customer credits', async () => {
    const invoiceId = await invoiced();
    await send.paymentCompleted({ invoiceId, amount: 130_000n });
    expect(await state(invoiceId)).toEqual([PAID, 100_000n, 0n]);
    expect(await balances(member)).toEqual({ '1050': 130_000n, '2200': -30_000n, '4000': -100_000n });
  });

  test.each([
    ['no invoice', async () => null],
    [
      'an invoice cancelled meanwhile',
      async () => {
        const id = await invoiced();
        await member.invoices.cancelInvoice({ id });
        return id;
      },
    ],
    ['a draft', async () => await invoiced({ issue: false })],
    ['an invoice nobody knows', async () => newId()],
  ])('for %s is the customer’s credit', async (_what, find) => {
    const invoiceId = await find();
    await send.paymentCompleted({ invoiceId, amount: 500n });
    expect(await balances(member)).toEqual({ '1050': 500n, '2200': -500n });
    expect(await accounting.deadLetters(member.organizationId)).toEqual([]);
  });

  test('in another currency than its invoice is credit in that currency', async () => {
    const invoiceId = await invoiced();
    await send.paymentCompleted({ invoiceId, amount: 500n, currency: 'EUR' });
    expect(await state(invoiceId)).toEqual([PENDING, 0n, 100_000n]);
    expect(await balances(member, 'EUR')).toEqual({ '1050': 500n, '2200': -500n });
  });

  test('that comes twice, as the same event or another, counts once', async () => {
    const invoiceId = await invoiced();
    const eventId = newId();
    const id = await send.paymentCompleted({ invoiceId, amount: 30_000n, eventId });
    await send.paymentCompleted({ id, invoiceId, amount: 30_000n, eventId });
    await send.paymentCompleted({ id, invoiceId, amount: 30_000n });
    expect(await state(invoiceId)).toEqual([PARTIALLY_PAID, 30_000n, 70_000n]);
    expect((await balances(member))['1050']).toBe(30_000n);
  });

  test('that would bring a balance past 64 bits is put aside, and those behind it go on', async () => {
    await send.paymentCompleted({ amount: 1_000n });
    await fillBalances(accounting, member.organizationId);
    await send.paymentCompleted({ amount: 1_000n });
    expect(await accounting.deadLetters(member.organizationId)).toEqual([expect.stringMatching(/64 bits/)]);
    const id = await send.paymentCompleted({ amount: 7n });
    const { journalEntries } = await member.ledger.listJournalEntries({ query: id });
    expect(journalEntries).toMatchObject([{ source: `payment:${id}` }]);
  });

  test('is dated where the organization is', async () => {
    await send.organizationUpdated({ timeZone: 'Pacific/Auckland', updatedAt: '2026-03-01T00:00:00.000Z' });
    await send.paymentCompleted({ amount: 1n, at: '2026-03-10T12:30:00.000Z' });
    const { journalEntries } = await member.ledger.listJournalEntries({});
    expect(journalEntries).toMatchObject([{ date: '2026-03-11' }]);
  });
});

test('a failed payment changes nothing in the books', async () => {
  const invoiceId = await invoiced();
  const before = [await state(invoiceId), await balances(member)];
  await send.paymentFailed({ invoiceId, amount: 100_000n });
  expect([await state(invoiceId), await balances(member)]).toEqual(before);
});

describe('a refund', () => {
  test('in full reverses the payment and reopens the invoice, by its due date', async () => {
    const [timely, late] = [await invoiced(), await invoiced({ dueDate: '2026-03-01' })];
    for (const invoiceId of [timely, late]) {
      const paymentId = await send.paymentCompleted({ invoiceId, amount: 100_000n });
      const id = await send.paymentRefunded({ paymentId, invoiceId, amount: 100_000n });
      const { journalEntries } = await member.ledger.listJournalEntries({ query: id });
      expect(journalEntries).toMatchObject([{ source: `refund:${id}`, invoiceId }]);
    }
    expect(await state(timely)).toEqual([PENDING, 0n, 100_000n]);
    expect(await state(late)).toEqual([OVERDUE, 0n, 100_000n]);
    expect(await balances(member)).toEqual({ '1100': 200_000n, '4000': -200_000n });
    expect((await member.invoices.getInvoice({ id: timely })).invoice?.paidAt).toBeUndefined();
  });

  test('in part reopens a part; refunded in full it can be cancelled', async () => {
    const invoiceId = await invoiced();
    const paymentId = await send.paymentCompleted({ invoiceId, amount: 100_000n });
    await send.paymentRefunded({ paymentId, invoiceId, amount: 40_000n });
    expect(await state(invoiceId)).toEqual([PARTIALLY_PAID, 60_000n, 40_000n]);
    await send.paymentRefunded({ paymentId, invoiceId, amount: 60_000n });
    await member.invoices.cancelInvoice({ id: invoiceId });
    expect(await state(invoiceId)).toEqual([CANCELLED, 0n, 0n]);
    expect(await balances(member)).toEqual({});
  });

  test('takes the excess out of Customer credits first', async () => {
    const invoiceId = await invoiced();
    const paymentId = await send.paymentCompleted({ invoiceId, amount: 130_000n });
    await send.paymentRefunded({ paymentId, invoiceId, amount: 20_000n });
    expect(await state(invoiceId)).toEqual([PAID, 100_000n, 0n]);
    expect((await balances(member))['2200']).toBe(-10_000n);
    await send.paymentRefunded({ paymentId, invoiceId, amount: 15_000n });
    expect(await state(invoiceId)).toEqual([PARTIALLY_PAID, 95_000n, 5_000n]);
    expect(await balances(member)).toEqual({ '1050': 95_000n, '1100': 5_000n, '4000': -100_000n });
  });

  test('that comes before its payment waits for it', async () => {
    const invoiceId = await invoiced();
    const paymentId = newId();
    await send.paymentRefunded({ paymentId, invoiceId, amount: 30_000n });
    await send.paymentRefunded({ paymentId, invoiceId, amount: 10_000n });
    expect(await state(invoiceId)).toEqual([PENDING, 0n, 100_000n]);
    await send.paymentCompleted({ id: paymentId, invoiceId, amount: 100_000n });
    expect(await state(invoiceId)).toEqual([PARTIALLY_PAID, 60_000n, 40_000n]);
    expect((await balances(member))['1050']).toBe(60_000n);
  });

  test('that comes twice counts once', async () => {
    const paymentId = await send.paymentCompleted({ amount: 100n });
    const id = await send.paymentRefunded({ paymentId, amount: 60n });
    await send.paymentRefunded({ id, paymentId, amount: 60n });
    expect(await balances(member)).toEqual({ '1050': 40n, '2200': -40n });
    expect(await accounting.deadLetters(member.organizationId)).toEqual([]);
  });

  test('above what is left of its payment, or in another currency, is put aside for a person', async () => {
    const paymentId = await send.paymentCompleted({ amount: 100n });
    await send.paymentRefunded({ paymentId, amount: 101n });
    await send.paymentRefunded({ paymentId, amount: 1n, currency: 'EUR' });
    expect(await balances(member)).toEqual({ '1050': 100n, '2200': -100n });
    const reasons = await accounting.deadLetters(member.organizationId);
    expect(reasons).toHaveLength(2);
  });
});
