import type { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { takeBooks } from '../../src/store/organizations.ts';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { expectBooksToHold } from '../books.ts';
import { eventsFor } from '../events.ts';
import { untilWaiting } from '../waiting.ts';

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
// The one thing all of these are about: whoever wins, invoice and books say the same.
afterEach(async () => {
  await expectBooksToHold(accounting, member.organizationId);
  expect(await accounting.deadLetters(member.organizationId)).toEqual([]);
});
afterAll(async () => await accounting?.stop());

const invoiced = async (fields: object = {}) =>
  (await member.invoices.createInvoice(anInvoice(fields))).invoice?.id ?? '';
const invoice = async (id: string) => (await member.invoices.getInvoice({ id })).invoice;
const outcomes = async (calls: Promise<unknown>[]) => (await Promise.allSettled(calls)).map(({ status }) => status);

test('two payments for one invoice settle it once; the rest is credit', async () => {
  const id = await invoiced();
  await Promise.all([1, 2, 3].map(() => send.paymentCompleted({ invoiceId: id, amount: 60_000n })));
  expect(await invoice(id)).toMatchObject({ status: InvoiceStatus.PAID, amountPaid: { amountMinor: 100_000n } });
  expect(await balances(member)).toEqual({ '1050': 180_000n, '2200': -80_000n, '4000': -100_000n });
});

test('the same event delivered many times at once counts once', async () => {
  const id = await invoiced();
  const payment = { id: newId(), eventId: newId(), invoiceId: id, amount: 10_000n };
  await Promise.all(Array.from({ length: 8 }, () => send.paymentCompleted(payment)));
  expect((await invoice(id))?.amountPaid?.amountMinor).toBe(10_000n);
});

test('an invoice issued by many at once is issued once', async () => {
  const id = await invoiced({ issue: false });
  const results = await outcomes(Array.from({ length: 8 }, () => member.invoices.issueInvoice({ id })));
  expect(results.filter((status) => status === 'fulfilled')).toHaveLength(1);
  expect(await balances(member)).toEqual({ '1100': 100_000n, '4000': -100_000n });
  expect(await accounting.published(member.organizationId, 'invoice_created')).toHaveLength(1);
});

test('an entry reversed by many at once is reversed once', async () => {
  const { journalEntry } = await member.ledger.postJournalEntry({
    ...{ debitAccount: '6050', creditAccount: '1000' },
    amount: { currencyCode: 'USD', amountMinor: 5n },
  });
  const id = journalEntry?.id ?? '';
  const calls = Array.from({ length: 8 }, () => member.ledger.reverseJournalEntry({ id }));
  const results = await outcomes(calls);
  expect(results.filter((status) => status === 'fulfilled')).toHaveLength(1);
  expect(await failureOf(member.ledger.reverseJournalEntry({ id }))).toMatchObject({
    reason: 'ENTRY_ALREADY_REVERSED',
  });
  expect(await balances(member)).toEqual({});
});

describe('of cancelling and paying at once', () => {
  const pay = (invoiceId: string) => () => send.paymentCompleted({ invoiceId, amount: 40_000n });
  const cancel = (id: string) => () => member.invoices.cancelInvoice({ id });

  test('the cancellation that goes first leaves the payment as credit', async () => {
    const id = await invoiced();
    expect(await inThisOrder(cancel(id), pay(id))).toEqual(['fulfilled', 'fulfilled']);
    expect(await invoice(id)).toMatchObject({ status: InvoiceStatus.CANCELLED, amountPaid: { amountMinor: 0n } });
    expect(await balances(member)).toEqual({ '1050': 40_000n, '2200': -40_000n });
  });

  test('the payment that goes first stands in the way of the cancellation', async () => {
    const id = await invoiced();
    expect(await inThisOrder(pay(id), cancel(id))).toEqual(['fulfilled', 'rejected']);
    expect(await invoice(id)).toMatchObject({
      status: InvoiceStatus.PARTIALLY_PAID,
      amountPaid: { amountMinor: 40_000n },
    });
    expect(await balances(member)).toEqual({ '1050': 40_000n, '1100': 60_000n, '4000': -100_000n });
  });
});

test('refunds, payments, cancelling and new due dates all at once leave invoice and books agreeing', async () => {
  for (let round = 0; round < 6; round += 1) {
    const id = await invoiced();
    const paymentId = newId();
    await outcomes([
      send.paymentRefunded({ paymentId, invoiceId: id, amount: 30_000n }),
      send.paymentCompleted({ id: paymentId, invoiceId: id, amount: 70_000n }),
      send.paymentCompleted({ invoiceId: id, amount: 50_000n }),
      member.invoices.cancelInvoice({ id }),
      member.invoices.updateInvoice({ id, dueDate: '2026-03-12' }),
      send.paymentRefunded({ paymentId, invoiceId: id, amount: 40_000n }),
      member.invoices.cancelInvoice({ id }),
    ]);
    await expectBooksToHold(accounting, member.organizationId);
  }
  expect((await balances(member))['1050']).toBe(6n * 50_000n);
});

test('events of one organization on many lanes end without a deadlock', async () => {
  const { tenant } = accounting.database;
  const attempts = { made: 0, needed: 0 };
  jest.spyOn(accounting.database, 'tenant').mockImplementation(function (this: Database, id, work, options) {
    attempts.needed += 1;
    const counted: typeof work = async (tx) => {
      attempts.made += 1;
      return await work(tx);
    };
    return tenant.call(this, id, counted, options) as ReturnType<typeof tenant<never>>;
  });
  const ids = await Promise.all(Array.from({ length: 6 }, () => invoiced()));
  const { organizationId } = member;
  const lanes = await Promise.all(
    ids.map(async (invoiceId) => [
      await accounting.bus.record({ topic: 'payment_completed', organizationId, payload: payment(invoiceId, 10n) }),
      await accounting.bus.record({ topic: 'transaction_categorized', organizationId, payload: expense('rent') }),
    ]),
  );
  const posting = { debitAccount: '6600', creditAccount: '1050', amount: { currencyCode: 'USD', amountMinor: 1n } };
  await Promise.all([
    // Half of them book on card clearing first and on the bank then, half the other way round.
    ...lanes.map((records, lane) => accounting.bus.deliver(lane % 2 ? records : [...records].reverse())),
    ...Array.from({ length: 30 }, () => member.ledger.postJournalEntry(posting)),
  ]);
  expect(await balances(member)).toMatchObject({ '1050': 30n, '6600': 30n, '6050': 6n, '1000': -6n });
  // A transaction that loses to a deadlock is run again.
  expect(attempts.made).toBe(attempts.needed);
  jest.restoreAllMocks();
});

const AT = '2026-03-10T12:00:00.000Z';
const payment = (invoiceId: string, amount: bigint) => ({
  ...{ id: newId(), userId: member.userId, organizationId: member.organizationId, invoiceId, amount, currency: 'USD' },
  ...{ status: 'COMPLETED', processorId: 'pi_1', createdAt: AT, completedAt: AT },
});
const expense = (category: string) => ({
  ...{ id: newId(), version: 1, userId: member.userId, organizationId: member.organizationId, date: '2026-03-03' },
  ...{ description: '', amount: -1n, currency: 'USD', category, confidence: 1, decidedBy: 'model', createdAt: AT },
});

/** Lets both come to the organization's books while a third holds them: they queue, and go in the order they came. */
async function inThisOrder(...calls: (() => Promise<unknown>)[]): Promise<string[]> {
  const running: Promise<unknown>[] = [];
  await accounting.database.tenant(member.organizationId, async (tx) => {
    await takeBooks(tx, member.organizationId, 'exclusive');
    for (const [index, call] of calls.entries()) {
      running.push(call());
      await untilWaiting(accounting, index + 1);
    }
  });
  return await outcomes(running);
}
