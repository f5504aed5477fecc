import { failureOf } from '@finflow/chassis/testing/failure';
import { JournalSide } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  anInvoice,
  balances,
  rent,
  startAccounting,
  type TestAccounting,
  type TestMember,
  TODAY,
  usd,
} from '../accounting.ts';
import { eventsFor } from '../events.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  member = await accounting.member();
});
afterAll(async () => await accounting?.stop());

const { DEBIT, CREDIT } = JournalSide;

describe('ReverseJournalEntry', () => {
  const posted = async (fields: object = {}) =>
    (await member.ledger.postJournalEntry(rent(fields))).journalEntry?.id ?? '';

  test('posts the opposite, once', async () => {
    const id = await posted({ description: 'Rent' });
    const { journalEntry } = await member.ledger.reverseJournalEntry({ id, requestId: 'r' });
    expect(journalEntry).toMatchObject({
      reversesEntryId: id,
      source: `reversal:${id}`,
      description: 'Reversal of Rent',
      date: TODAY,
      lines: [
        { accountCode: '6050', side: CREDIT },
        { accountCode: '1000', side: DEBIT },
      ],
    });
    expect(await balances(member)).toEqual({});
    expect((await member.ledger.getJournalEntry({ id })).journalEntry?.reversedByEntryId).toBe(journalEntry?.id);
    expect(await member.ledger.reverseJournalEntry({ id, requestId: 'r' })).toMatchObject({
      journalEntry: { id: journalEntry?.id },
    });
    expect(await failureOf(member.ledger.reverseJournalEntry({ id }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'ENTRY_ALREADY_REVERSED',
    });
  });

  test('a reversal can itself be reversed', async () => {
    const { journalEntry } = await member.ledger.reverseJournalEntry({ id: await posted() });
    await member.ledger.reverseJournalEntry({ id: journalEntry?.id, date: '2026-03-31', description: 'Was right' });
    expect(await balances(member)).toEqual({ '6050': 900n, '1000': -900n });
  });

  test('what was booked for a document is undone by the document', async () => {
    const { invoice } = await member.invoices.createInvoice(anInvoice());
    const events = eventsFor(accounting, member);
    const paymentId = await events.paymentCompleted({ invoiceId: invoice?.id, amount: 100_000n });
    await events.paymentRefunded({ paymentId, invoiceId: invoice?.id, amount: 100_000n });
    await events.transactionCategorized({ amount: -500n, category: 'rent' });
    await member.invoices.cancelInvoice({ id: invoice?.id });
    const before = await balances(member);
    const { journalEntries } = await member.ledger.listJournalEntries({});
    expect(journalEntries).toHaveLength(5);
    for (const { id } of journalEntries) {
      expect(await failureOf(member.ledger.reverseJournalEntry({ id }))).toMatchObject({
        reason: 'ENTRY_BELONGS_TO_DOCUMENT',
      });
    }
    expect(await balances(member)).toEqual(before);
  });

  test('an entry that is not there, or not ours, is not found', async () => {
    const id = await posted();
    const stranger = await accounting.member();
    const calls = [stranger.ledger.reverseJournalEntry({ id }), stranger.ledger.getJournalEntry({ id })];
    const notFound = { code: 'NotFound', reason: 'JOURNAL_ENTRY_NOT_FOUND', fields: ['id'] };
    expect(await Promise.all(calls.map(failureOf))).toMatchObject([notFound, notFound]);
  });
});

describe('ListJournalEntries and GetTrialBalance', () => {
  beforeEach(async () => {
    await member.ledger.postJournalEntry(rent({ date: '2026-01-31', description: 'January rent', amount: usd(1n) }));
    await member.ledger.postJournalEntry(rent({ date: '2026-02-28', description: 'February rent', amount: usd(2n) }));
    await member.ledger.postJournalEntry(
      rent({
        date: '2026-01-15',
        debitAccount: '6250',
        description: 'Editor',
        amount: { currencyCode: 'EUR', amountMinor: 4n },
      }),
    );
  });
  const descriptions = async (request: object) =>
    (await member.ledger.listJournalEntries(request)).journalEntries.map(({ description }) => description);

  test('the journal orders, filters and pages', async () => {
    expect(await descriptions({})).toEqual(['February rent', 'January rent', 'Editor']);
    expect(await descriptions({ orderBy: 'created_at' })).toEqual(['January rent', 'February rent', 'Editor']);
    expect(await descriptions({ account: '6050', orderBy: 'date' })).toEqual(['January rent', 'February rent']);
    expect(await descriptions({ query: 'RENT', dateTo: '2026-01-31' })).toEqual(['January rent']);
    expect(await descriptions({ dateFrom: '2026-01-31' })).toEqual(['February rent', 'January rent']);
    const first = await member.ledger.listJournalEntries({ pageSize: 2 });
    expect(first.totalSize).toBe(3);
    expect(await descriptions({ pageSize: 2, pageToken: first.nextPageToken })).toEqual(['Editor']);
    expect(await failureOf(member.ledger.listJournalEntries({ account: '9999' }))).toMatchObject({
      code: 'NotFound',
      fields: ['account'],
    });
  });

  test('the trial balance is in balance in each currency, and as of a date counts entries up to it', async () => {
    const now = await member.ledger.getTrialBalance({});
    expect(now.totals).toMatchObject([
      { debit: { currencyCode: 'EUR', amountMinor: 4n }, credit: { currencyCode: 'EUR', amountMinor: 4n } },
      { debit: usd(3n), credit: usd(3n) },
    ]);
    expect(
      now.rows.map(({ accountCode, balance }) => [accountCode, balance?.currencyCode, balance?.amountMinor]),
    ).toEqual([
      ['1000', 'EUR', -4n],
      ['1000', 'USD', -3n],
      ['6050', 'USD', 3n],
      ['6250', 'EUR', 4n],
    ]);
    const january = await member.ledger.getTrialBalance({ asOf: '2026-01-31' });
    expect(january.totals).toMatchObject([{ debit: { amountMinor: 4n } }, { debit: usd(1n), credit: usd(1n) }]);
    const { rows, totals } = await member.ledger.getTrialBalance({ asOf: '9999-12-31' });
    expect({ rows, totals }).toEqual({ rows: now.rows, totals: now.totals });
    expect((await member.ledger.getTrialBalance({ asOf: '2025-12-31' })).rows).toEqual([]);
  });
});
