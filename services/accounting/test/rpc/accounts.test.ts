import { failureOf } from '@finflow/chassis/testing/failure';
import { AccountType } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expenseCategories } from '../../src/domain/transaction-categories.ts';
import { rent, startAccounting, type TestAccounting, type TestMember, usd } from '../accounting.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  member = await accounting.member();
});
afterAll(async () => await accounting?.stop());

describe('the chart of accounts', () => {
  test('has the five kinds, and an account for each expense category', async () => {
    const { accounts, totalSize } = await member.ledger.listAccounts({ pageSize: 200 });
    expect(totalSize).toBe(accounts.length);
    expect(new Set(accounts.map(({ type }) => type)).size).toBe(5);
    expect(accounts.filter(({ isCash }) => isCash).map(({ name }) => name)).toEqual(['Bank', 'Card clearing']);
    expect(accounts.filter(({ isReceivable }) => isReceivable).map(({ code }) => code)).toEqual(['1100']);
    const expenses = accounts.filter(({ type }) => type === AccountType.EXPENSE).map(({ code }) => code);
    expect(expenses).toEqual(expenseCategories.map(({ code }) => code).sort());
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
    expect(await failureOf(member.ledger.createAccount({ ...request, name: 'Other' }))).toMatchObject({
      code: 'AlreadyExists',
      reason: 'ACCOUNT_CODE_TAKEN',
      fields: ['code'],
    });
    expect(await failureOf(member.ledger.createAccount({ ...request, code: '1100' }))).toMatchObject({
      reason: 'ACCOUNT_CODE_TAKEN',
    });
    expect(
      await failureOf(member.ledger.createAccount({ ...request, code: '2', type: AccountType.EQUITY })),
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
