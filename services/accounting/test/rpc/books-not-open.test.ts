import { newId } from '@finflow/chassis/ids';
import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { AccountType } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { eventsFor } from '../events.ts';

/** Of an organization so new that its event has not come. */
let newcomer: TestMember;
let accounting: TestAccounting;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  newcomer = await accounting.member({ organizationId: newId() });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => await accounting?.stop());

/** Sends the organization's event once the call has been to the database and has found no books. */
async function foundedDuring<T>(call: () => Promise<T>, settings: { currency?: string; timeZone?: string }) {
  const transactions = jest.spyOn(accounting.database, 'tenant');
  const calling = call();
  await eventually(() => expect(transactions).toHaveBeenCalled());
  await expect(transactions.mock.results[0]?.value).rejects.toMatchObject({ reason: 'BOOKS_NOT_OPEN' });
  await eventsFor(accounting, newcomer).userCreated(settings);
  return await calling;
}

test('an invoice made before the event has come is in the organization’s currency and on its day', async () => {
  const amount = { amountMinor: 500n };
  const { invoice } = await foundedDuring(() => newcomer.invoices.createInvoice(anInvoice({ amount })), {
    currency: 'JPY',
    timeZone: 'Pacific/Auckland',
  });
  expect(invoice).toMatchObject({ amount: { currencyCode: 'JPY', amountMinor: 500n }, issueDate: '2026-03-11' });
  expect(await balances(newcomer, 'JPY')).toEqual({ '1100': 500n, '4000': -500n });
});

test('an entry posted before the event has come is in the organization’s currency and on its day', async () => {
  const posting = { debitAccount: '6050', creditAccount: '1000', amount: { amountMinor: 500n } };
  const { journalEntry } = await foundedDuring(() => newcomer.ledger.postJournalEntry(posting), {
    currency: 'EUR',
    timeZone: 'Pacific/Auckland',
  });
  expect(journalEntry?.date).toBe('2026-03-11');
  expect(await balances(newcomer, 'EUR')).toEqual({ '6050': 500n, '1000': -500n });
});

test('whoever asks for the chart of accounts before the event has come sees all of it', async () => {
  const { totalSize } = await foundedDuring(() => newcomer.ledger.listAccounts({}), {});
  expect(totalSize).toBe((await (await accounting.member()).ledger.listAccounts({})).totalSize);
});

test('when the event stays away, what needs the books is refused, and nothing is stored', async () => {
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  const { invoices, ledger, organizationId } = newcomer;
  const [id, requestId, amount] = [newId(), newId(), { amountMinor: 5n }];
  const calls = [
    () => invoices.createInvoice({ ...anInvoice({ amount }), requestId }),
    () => invoices.updateInvoice({ id, notes: 'n', requestId }),
    () => invoices.issueInvoice({ id, requestId }),
    () => invoices.cancelInvoice({ id, requestId }),
    () => ledger.createAccount({ code: '1010', name: 'Savings', type: AccountType.ASSET, requestId }),
    () => ledger.listAccounts({}),
    () => ledger.postJournalEntry({ debitAccount: '6050', creditAccount: '1000', amount, requestId }),
    () => ledger.reverseJournalEntry({ id, requestId }),
    () => ledger.listJournalEntries({ account: '1000' }),
  ];
  for (const call of calls) {
    expect(await failureOf(call())).toMatchObject({
      code: 'Unavailable',
      reason: 'BOOKS_NOT_OPEN',
      message: expect.stringContaining('try again'),
    });
  }
  expect(timeout.mock.calls).toEqual(calls.map(() => [2_000]));
  const tables = ['organizations', 'accounts', 'invoices', 'journal_entries', 'outbox', 'idempotency_keys'];
  for (const table of tables) expect(await accounting.sql(organizationId, `select from ${table}`)).toEqual([]);
});

test('an organization without books has no invoices and no balances, and says so at once', async () => {
  expect(await newcomer.invoices.listInvoices({})).toMatchObject({ invoices: [], totalSize: 0 });
  expect(await newcomer.ledger.getTrialBalance({})).toMatchObject({ rows: [], totals: [] });
  expect(await newcomer.ledger.listJournalEntries({})).toMatchObject({ journalEntries: [], totalSize: 0 });
});
