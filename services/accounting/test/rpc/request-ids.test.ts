import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { AccountType } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anInvoice, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { expectBooksToHold } from '../books.ts';

let accounting: TestAccounting;
let member: TestMember;

beforeAll(async () => {
  accounting = await startAccounting();
  member = await accounting.member();
});
afterAll(async () => await accounting?.stop());

interface Fields {
  readonly requestId: string;
  /** Text that differs between two bodies, in a field of the request that may hold any. */
  readonly text: string;
}

const invoiced = async (issue: boolean) =>
  (await member.invoices.createInvoice(anInvoice({ issue }))).invoice?.id ?? '';
const posting = { debitAccount: '6050', creditAccount: '1000', amount: { currencyCode: 'USD', amountMinor: 5n } };
const posted = async () => (await member.ledger.postJournalEntry(posting)).journalEntry?.id ?? '';

/** Every mutation but IssueInvoice, whose request has nothing to differ in: what to make first, and the call. */
const mutations: Record<string, [() => Promise<string>, (id: string, fields: Fields) => Promise<unknown>]> = {
  CreateInvoice: [
    newIdLater,
    (_, { requestId, text }) => member.invoices.createInvoice(anInvoice({ requestId, notes: text })),
  ],
  UpdateInvoice: [
    () => invoiced(false),
    (id, { requestId, text }) => member.invoices.updateInvoice({ id, requestId, notes: text }),
  ],
  CancelInvoice: [
    () => invoiced(true),
    (id, { requestId, text }) => member.invoices.cancelInvoice({ id, requestId, reason: text }),
  ],
  CreateAccount: [
    newIdLater,
    (id, { requestId, text }) =>
      member.ledger.createAccount({ code: id.slice(-8), name: text, type: AccountType.EXPENSE, requestId }),
  ],
  PostJournalEntry: [
    newIdLater,
    (_, { requestId, text }) => member.ledger.postJournalEntry({ ...posting, requestId, description: text }),
  ],
  ReverseJournalEntry: [
    posted,
    (id, { requestId, text }) => member.ledger.reverseJournalEntry({ id, requestId, description: text }),
  ],
};

async function newIdLater(): Promise<string> {
  return newId();
}

test.each(Object.entries(mutations))('%s by one request id happens once', async (_name, [prepare, call]) => {
  const id = await prepare();
  const requestId = newId();
  const replies = await Promise.all([1, 2, 3].map(() => call(id, { requestId, text: 'the same' })));
  expect(await call(id, { requestId, text: 'the same' })).toEqual(replies[0]);
  expect(replies).toEqual([replies[0], replies[0], replies[0]]);
  expect(await failureOf(call(id, { requestId, text: 'another' }))).toMatchObject({
    code: 'AlreadyExists',
    reason: 'REQUEST_ID_REUSED',
    fields: ['request_id'],
  });
  await expectBooksToHold(accounting, member.organizationId);
});

test('a request id belongs to its method and its organization', async () => {
  const requestId = newId();
  const stranger = await accounting.member();
  await member.invoices.createInvoice(anInvoice({ requestId }));
  await stranger.invoices.createInvoice(anInvoice({ requestId, client: 'Other' }));
  await member.ledger.postJournalEntry({ ...posting, requestId });
  expect((await stranger.invoices.listInvoices({})).totalSize).toBe(1);
});
