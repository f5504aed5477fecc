import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { balances, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
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

const sources = async () =>
  (await member.ledger.listJournalEntries({ orderBy: 'created_at' })).journalEntries.map(({ source }) => source);

test('an outflow the model is sure of is booked on its own date: Dr expense, Cr Bank', async () => {
  const id = await send.transactionCategorized({ amount: -1_250n, category: 'software', confidence: 0.8 });
  expect(await balances(member)).toEqual({ '6250': 1_250n, '1000': -1_250n });
  const { journalEntries } = await member.ledger.listJournalEntries({});
  expect(journalEntries).toMatchObject([
    { source: `transaction:${id}:1`, date: '2026-03-03', description: 'CARD PURCHASE 4711', createdBy: '' },
  ]);
});

test('below the threshold, and when money comes in, it waits for a person', async () => {
  const id = await send.transactionCategorized({ amount: -1_250n, category: 'software', confidence: 0.79 });
  await send.transactionCategorized({ amount: 500n, category: 'other_income', confidence: 0.99 });
  expect(await balances(member)).toEqual({});
  await send.transactionCategorized({ id, version: 2, amount: -1_250n, category: 'software', decidedBy: 'person' });
  expect(await balances(member)).toEqual({ '6250': 1_250n, '1000': -1_250n });
  expect((await member.ledger.listJournalEntries({})).journalEntries).toMatchObject([{ createdBy: member.userId }]);
});

test('a corrected category reverses and books again, on the transaction’s date', async () => {
  const id = await send.transactionCategorized({ amount: -900n, category: 'rent' });
  await send.transactionCategorized({ id, version: 2, amount: -900n, category: 'travel', decidedBy: 'person' });
  expect(await balances(member)).toEqual({ '6550': 900n, '1000': -900n });
  const { journalEntries } = await member.ledger.listJournalEntries({ orderBy: 'created_at' });
  expect(journalEntries.map(({ date }) => date)).toEqual(['2026-03-03', '2026-03-03', '2026-03-03']);
  expect(await sources()).toEqual([`transaction:${id}:1`, `reversal:${journalEntries[0]?.id}`, `transaction:${id}:2`]);
  await send.transactionCategorized({ id, version: 3, amount: -900n, category: 'transfer', decidedBy: 'person' });
  expect(await balances(member)).toEqual({});
});

test('a confirmed category books nothing new', async () => {
  const id = await send.transactionCategorized({ amount: -900n, category: 'rent' });
  await send.transactionCategorized({ id, version: 2, amount: -900n, category: 'rent', decidedBy: 'person' });
  expect(await sources()).toEqual([`transaction:${id}:1`]);
  // The entry still stands for it: the next correction reverses that one.
  await send.transactionCategorized({ id, version: 3, amount: -900n, category: 'meals', decidedBy: 'person' });
  expect(await balances(member)).toEqual({ '6600': 900n, '1000': -900n });
});

test('an older decision that comes late, or the same again, changes nothing', async () => {
  const id = await send.transactionCategorized({ version: 2, amount: -900n, category: 'rent' });
  await send.transactionCategorized({ id, version: 1, amount: -900n, category: 'meals' });
  await send.transactionCategorized({ id, version: 2, amount: -900n, category: 'meals' });
  expect(await balances(member)).toEqual({ '6050': 900n, '1000': -900n });
});

test('an expense coming back, and other income, are booked when a person says so', async () => {
  await send.transactionCategorized({ amount: 300n, category: 'travel', decidedBy: 'person' });
  await send.transactionCategorized({ amount: 50n, category: 'other_income', decidedBy: 'person' });
  expect(await balances(member)).toEqual({ '1000': 350n, '6550': -300n, '4900': -50n });
});

test('a category nobody told accounting of is put aside, and those behind it go on', async () => {
  await send.transactionCategorized({ amount: -1n, category: 'yachts', decidedBy: 'person' });
  await send.transactionCategorized({ amount: -2n, category: 'rent' });
  expect(await accounting.deadLetters(member.organizationId)).toEqual([expect.stringContaining('yachts')]);
  expect(await balances(member)).toEqual({ '6050': 2n, '1000': -2n });
});
