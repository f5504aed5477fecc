import { newId } from '@finflow/chassis/ids';
import { AccountType, JournalSide } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expenseCategories } from '../../src/domain/transaction-categories.ts';
import { anInvoice, balances, startAccounting, type TestAccounting, type TestMember, TODAY } from '../accounting.ts';
import { refusal } from '../errors.ts';
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

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const { DEBIT, CREDIT } = JournalSide;
const rent = (fields: object = {}) => ({ debitAccount: '6050', creditAccount: '1000', amount: usd(900n), ...fields });

describe('the chart of accounts', () => {
  test('is there before the event that opens it, with the five kinds and an account for each expense category', async () => {
    const { accounts, totalSize } = await member.ledger.listAccounts({ pageSize: 200 });
    expect(totalSize).toBe(accounts.length);
    expect(new Set(accounts.map(({ type }) => type)).size).toBe(5);
    expect(accounts.filter(({ isCash }) => isCash).map(({ name }) => name)).toEqual(['Bank', 'Card clearing']);
    expect(accounts.filter(({ isReceivable }) => isReceivable).map(({ code }) => code)).toEqual(['1100']);
    const expenses = accounts.filter(({ type }) => type === AccountType.EXPENSE).map(({ code }) => code);
    expect(expenses).toEqual(expenseCategories.map(({ code }) => code).sort());
  });

  test('opened by twenty at once and by the event, it is one chart', async () => {
    const events = eventsFor(accounting, member);
    await Promise.all([
      events.userCreated(),
      ...Array.from({ length: 20 }, () => member.ledger.listAccounts({})),
      member.ledger.postJournalEntry(rent()),
    ]);
    const { totalSize } = await member.ledger.listAccounts({});
    const [{ count }] = (await accounting.sql(member.organizationId, 'select count(*) from accounts')) as [
      { count: bigint },
    ];
    expect(totalSize).toBe(Number(count));
  });

  test('grows by accounts of one’s own, each code once', async () => {
    const request = {
      code: '1010',
      name: 'Savings',
      type: AccountType.ASSET,
      isCash: true,
      description: 'At Sparkasse',
    };
    const { account } = await member.ledger.createAccount(request);
    expect(account).toMatchObject({ ...request, isReceivable: false, balances: [] });
    expect(await refusal(member.ledger.createAccount({ ...request, name: 'Other' }))).toEqual({
      code: 'AlreadyExists',
      reason: 'ACCOUNT_CODE_TAKEN',
      fields: ['code'],
    });
    expect(await refusal(member.ledger.createAccount({ ...request, code: '1100' }))).toMatchObject({
      reason: 'ACCOUNT_CODE_TAKEN',
    });
    expect(
      await refusal(member.ledger.createAccount({ ...request, code: '2', type: AccountType.EQUITY })),
    ).toMatchObject({
      code: 'InvalidArgument',
      reason: 'CASH_ACCOUNT_NOT_ASSET',
      fields: ['is_cash'],
    });
  });

  test('lists by kind and text, pages, shows balances in each currency', async () => {
    await member.ledger.postJournalEntry(rent());
    await member.ledger.postJournalEntry(rent({ amount: { currencyCode: 'EUR', amountMinor: 5n } }));
    const { accounts } = await member.ledger.listAccounts({ types: [AccountType.ASSET], query: 'BAN' });
    expect(accounts).toMatchObject([
      { code: '1000', balances: [{ currencyCode: 'EUR', amountMinor: -5n }, usd(-900n)] },
    ]);
    const first = await member.ledger.listAccounts({ pageSize: 2, orderBy: 'name desc' });
    const second = await member.ledger.listAccounts({
      pageSize: 2,
      orderBy: 'name desc',
      pageToken: first.nextPageToken,
    });
    const names = [...first.accounts, ...second.accounts].map(({ name }) => name);
    expect(names).toEqual([...names].sort().reverse());
    expect(new Set(names).size).toBe(4);
  });
});

describe('PostJournalEntry', () => {
  test('two accounts and an amount make an entry of two lines, dated today, published', async () => {
    const { journalEntry } = await member.ledger.postJournalEntry(rent({ description: 'March rent' }));
    expect(journalEntry).toMatchObject({
      organizationId: member.organizationId,
      createdBy: member.userId,
      date: TODAY,
      description: 'March rent',
      source: `manual:${journalEntry?.id}`,
      invoiceId: '',
      lines: [
        { accountCode: '6050', accountName: 'Rent', side: DEBIT, amount: usd(900n) },
        { accountCode: '1000', accountName: 'Bank', side: CREDIT, amount: usd(900n) },
      ],
    });
    expect((await member.ledger.getJournalEntry({ id: journalEntry?.id })).journalEntry).toEqual(journalEntry);
    expect(await accounting.published(member.organizationId, 'journal_entry_posted')).toMatchObject([
      {
        id: journalEntry?.id,
        organizationId: member.organizationId,
        source: `manual:${journalEntry?.id}`,
        invoiceId: null,
        lines: [
          {
            accountCode: '6050',
            accountType: 'EXPENSE',
            isCash: false,
            isReceivable: false,
            currency: 'USD',
            amountMinor: '900',
          },
          {
            accountCode: '1000',
            accountType: 'ASSET',
            isCash: true,
            isReceivable: false,
            currency: 'USD',
            amountMinor: '-900',
          },
        ],
      },
    ]);
  });

  test('an entry of many lines and two currencies, accounts by id or code, in the order given', async () => {
    const { account } = await member.ledger.createAccount({ code: '1010', name: 'Savings', type: AccountType.ASSET });
    const line = (name: string, side: JournalSide, amountMinor: bigint, currencyCode = 'USD', memo = '') => ({
      ...{ account: name, side, memo },
      amount: { currencyCode, amountMinor },
    });
    const { journalEntry } = await member.ledger.postJournalEntry({
      date: '2026-02-01',
      lines: [
        line(account?.id ?? '', DEBIT, 70n, 'USD', 'kept'),
        line('6050', DEBIT, 30n),
        line('1000', CREDIT, 100n),
        line('1010', DEBIT, 9n, 'EUR'),
        line('1000', CREDIT, 9n, 'EUR'),
      ],
    });
    expect(journalEntry?.lines.map(({ accountCode, memo }) => [accountCode, memo])).toEqual([
      ['1010', 'kept'],
      ['6050', ''],
      ['1000', ''],
      ['1010', ''],
      ['1000', ''],
    ]);
    expect(await balances(member)).toEqual({ '1010': 70n, '6050': 30n, '1000': -100n });
    expect(await balances(member, 'EUR')).toEqual({ '1010': 9n, '1000': -9n });
  });

  test('it may concern an invoice, whose paid amount stays', async () => {
    const { invoice } = await member.invoices.createInvoice(anInvoice());
    await member.ledger.postJournalEntry(rent({ invoiceId: invoice?.id }));
    expect((await member.invoices.getInvoice({ id: invoice?.id })).invoice?.amountPaid).toMatchObject(usd(0n));
    expect((await member.ledger.listJournalEntries({ invoiceId: invoice?.id })).totalSize).toBe(2);
  });

  test.each([
    ['nothing', { debitAccount: '', creditAccount: '', amount: undefined }, 'AMOUNT_OR_LINES_REQUIRED', 'lines'],
    ['no debit account', { debitAccount: '' }, 'AMOUNT_OR_LINES_REQUIRED', 'debit_account'],
    ['no credit account', { creditAccount: '' }, 'AMOUNT_OR_LINES_REQUIRED', 'credit_account'],
    ['no amount', { amount: undefined }, 'AMOUNT_OR_LINES_REQUIRED', 'amount'],
    [
      'both forms',
      {
        lines: [
          { account: '1000', side: DEBIT, amount: usd(1n) },
          { account: '6050', side: CREDIT, amount: usd(1n) },
        ],
      },
      'AMOUNT_OR_LINES_REQUIRED',
      'lines',
    ],
    ['one account twice', { creditAccount: '6050' }, 'SAME_ACCOUNT', 'credit_account'],
    [
      'an unknown currency',
      { amount: { currencyCode: 'ZZZ', amountMinor: 1n } },
      'UNKNOWN_CURRENCY',
      'amount.currency_code',
    ],
    ['a negative amount', { amount: usd(-1n) }, 'VALIDATION_FAILED', 'amount'],
    ['a date that is none', { date: '2026-13-01' }, 'VALIDATION_FAILED', 'date'],
  ])('%s is refused by field, and nothing is stored', async (_what, fields, reason, field) => {
    const refused = await refusal(member.ledger.postJournalEntry(rent(fields)));
    expect(refused).toMatchObject({ code: 'InvalidArgument', reason });
    expect(refused.fields).toContain(field);
    expect((await member.ledger.listJournalEntries({})).totalSize).toBe(0);
  });

  test('lines that do not balance in each currency are refused', async () => {
    const lines = [
      { account: '6050', side: DEBIT, amount: usd(100n) },
      { account: '1000', side: CREDIT, amount: { currencyCode: 'EUR', amountMinor: 100n } },
    ];
    expect(await refusal(member.ledger.postJournalEntry({ lines }))).toEqual({
      code: 'InvalidArgument',
      reason: 'ENTRY_NOT_BALANCED',
      fields: ['lines'],
    });
  });

  test('unknown accounts and invoices are named; a closed account takes no lines', async () => {
    expect(await refusal(member.ledger.postJournalEntry(rent({ debitAccount: '9999' })))).toEqual({
      code: 'NotFound',
      reason: 'ACCOUNT_NOT_FOUND',
      fields: ['debit_account'],
    });
    const stranger = await accounting.member();
    const { accounts } = await stranger.ledger.listAccounts({});
    expect(await refusal(member.ledger.postJournalEntry(rent({ creditAccount: accounts[0]?.id })))).toMatchObject({
      reason: 'ACCOUNT_NOT_FOUND',
      fields: ['credit_account'],
    });
    expect(await refusal(member.ledger.postJournalEntry(rent({ invoiceId: newId() })))).toEqual({
      code: 'NotFound',
      reason: 'INVOICE_NOT_FOUND',
      fields: ['invoice_id'],
    });
    await closeAccount(member, '6050');
    expect(await refusal(member.ledger.postJournalEntry(rent()))).toEqual({
      code: 'FailedPrecondition',
      reason: 'ACCOUNT_CLOSED',
      fields: ['debit_account'],
    });
  });

  test('the same request id posts once, also after the account was closed; another body is refused', async () => {
    const requestId = newId();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => member.ledger.postJournalEntry(rent({ requestId }))),
    );
    expect(new Set(replies.map(({ journalEntry }) => journalEntry?.id)).size).toBe(1);
    await closeAccount(member, '6050');
    expect(await member.ledger.postJournalEntry(rent({ requestId }))).toEqual(replies[0]);
    expect(await refusal(member.ledger.postJournalEntry(rent({ requestId, amount: usd(1n) })))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    expect(await balances(member)).toEqual({ '6050': 900n, '1000': -900n });
  });

  test('a refused request id may be used again for what it could not do', async () => {
    const requestId = newId();
    const request = rent({ debitAccount: '7777', requestId });
    expect(await refusal(member.ledger.postJournalEntry(request))).toMatchObject({ reason: 'ACCOUNT_NOT_FOUND' });
    await member.ledger.createAccount({ code: '7777', name: 'Parking', type: AccountType.EXPENSE });
    expect((await member.ledger.postJournalEntry(request)).journalEntry?.id).toBeTruthy();
  });
});

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
    expect(await refusal(member.ledger.reverseJournalEntry({ id }))).toMatchObject({
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
      expect(await refusal(member.ledger.reverseJournalEntry({ id }))).toMatchObject({
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
    expect(await Promise.all(calls.map(refusal))).toEqual([notFound, notFound]);
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
    expect(await refusal(member.ledger.listJournalEntries({ account: '9999' }))).toMatchObject({
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

async function closeAccount({ organizationId }: TestMember, code: string): Promise<void> {
  await accounting.asSuperuser('update accounts set closed_at = now() where organization_id = $1 and code = $2', [
    organizationId,
    code,
  ]);
}
