import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { AccountType, JournalSide } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
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
import { fillBalances } from '../books.ts';

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
    const refused = await failureOf(member.ledger.postJournalEntry(rent(fields)));
    expect(refused).toMatchObject({ code: 'InvalidArgument', reason });
    expect(refused.fields).toContain(field);
    expect((await member.ledger.listJournalEntries({})).totalSize).toBe(0);
  });

  test('what has both forms, or neither, hears which to leave out or to give', async () => {
    const lines = [
      { account: '1000', side: DEBIT, amount: usd(1n) },
      { account: '6050', side: CREDIT, amount: usd(1n) },
    ];
    expect((await failureOf(member.ledger.postJournalEntry({}))).message).toBe(
      'lines: must be at least two, in the absence of debit_account, credit_account and amount',
    );
    expect((await failureOf(member.ledger.postJournalEntry(rent({ lines })))).message).toBe(
      'lines: must be empty beside debit_account, credit_account and amount',
    );
  });

  test('lines that do not balance in each currency are refused', async () => {
    const lines = [
      { account: '6050', side: DEBIT, amount: usd(100n) },
      { account: '1000', side: CREDIT, amount: { currencyCode: 'EUR', amountMinor: 100n } },
    ];
    expect(await failureOf(member.ledger.postJournalEntry({ lines }))).toMatchObject({
      code: 'InvalidArgument',
      reason: 'ENTRY_NOT_BALANCED',
      fields: ['lines'],
    });
  });

  test('unknown accounts and invoices are named; a closed account takes no lines', async () => {
    expect(await failureOf(member.ledger.postJournalEntry(rent({ debitAccount: '9999' })))).toMatchObject({
      code: 'NotFound',
      reason: 'ACCOUNT_NOT_FOUND',
      fields: ['debit_account'],
    });
    const stranger = await accounting.member();
    const { accounts } = await stranger.ledger.listAccounts({});
    expect(await failureOf(member.ledger.postJournalEntry(rent({ creditAccount: accounts[0]?.id })))).toMatchObject({
      reason: 'ACCOUNT_NOT_FOUND',
      fields: ['credit_account'],
    });
    expect(await failureOf(member.ledger.postJournalEntry(rent({ invoiceId: newId() })))).toMatchObject({
      code: 'NotFound',
      reason: 'INVOICE_NOT_FOUND',
      fields: ['invoice_id'],
    });
    await closeAccount(member, '6050');
    expect(await failureOf(member.ledger.postJournalEntry(rent()))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'ACCOUNT_CLOSED',
      fields: ['debit_account'],
    });
  });

  test('an invoice named in capitals is the same invoice, in the answer and in what is published', async () => {
    const { invoice } = await member.invoices.createInvoice(anInvoice());
    const id = invoice?.id ?? '';
    const { journalEntry } = await member.ledger.postJournalEntry(rent({ invoiceId: id.toUpperCase() }));
    expect(journalEntry?.invoiceId).toBe(id);
    expect((await member.ledger.getJournalEntry({ id: journalEntry?.id })).journalEntry).toEqual(journalEntry);
    const published = await accounting.published(member.organizationId, 'journal_entry_posted');
    expect(published.at(-1)).toMatchObject({ id: journalEntry?.id, invoiceId: id });
  });

  test('a balance past 64 bits is refused, by whatever would bring it there, and nothing is stored', async () => {
    const { journalEntry } = await member.ledger.postJournalEntry(rent());
    const { invoice: issued } = await member.invoices.createInvoice(anInvoice());
    const { invoice: draft } = await member.invoices.createInvoice(anInvoice({ issue: false }));
    await fillBalances(accounting, member.organizationId);
    const calls = [
      () => member.ledger.postJournalEntry(rent()),
      () => member.ledger.reverseJournalEntry({ id: journalEntry?.id }),
      () => member.invoices.createInvoice(anInvoice()),
      () => member.invoices.issueInvoice({ id: draft?.id }),
      () => member.invoices.cancelInvoice({ id: issued?.id }),
    ];
    for (const call of calls) {
      expect(await failureOf(call())).toMatchObject({ code: 'FailedPrecondition', reason: 'BALANCE_OUT_OF_RANGE' });
    }
    expect((await member.ledger.listJournalEntries({})).totalSize).toBe(2);
    expect((await member.invoices.getInvoice({ id: draft?.id })).invoice?.status).toBe(InvoiceStatus.DRAFT);
  });

  test('the same request id posts once, also after the account was closed; another body is refused', async () => {
    const requestId = newId();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => member.ledger.postJournalEntry(rent({ requestId }))),
    );
    expect(new Set(replies.map(({ journalEntry }) => journalEntry?.id)).size).toBe(1);
    await closeAccount(member, '6050');
    expect(await member.ledger.postJournalEntry(rent({ requestId }))).toEqual(replies[0]);
    expect(await failureOf(member.ledger.postJournalEntry(rent({ requestId, amount: usd(1n) })))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    expect(await balances(member)).toEqual({ '6050': 900n, '1000': -900n });
  });

  test('a refused request id may be used again for what it could not do', async () => {
    const requestId = newId();
    const request = rent({ debitAccount: '7777', requestId });
    expect(await failureOf(member.ledger.postJournalEntry(request))).toMatchObject({ reason: 'ACCOUNT_NOT_FOUND' });
    await member.ledger.createAccount({ code: '7777', name: 'Parking', type: AccountType.EXPENSE });
    expect((await member.ledger.postJournalEntry(request)).journalEntry?.id).toBeTruthy();
  });
});

async function closeAccount({ organizationId }: TestMember, code: string): Promise<void> {
  await accounting.asSuperuser('update accounts set closed_at = now() where organization_id = $1 and code = $2', [
    organizationId,
    code,
  ]);
}
