import { newId } from '@finflow/chassis/ids';
import { inMemoryClient } from '@finflow/chassis/rpc/testing';
import { failureOf } from '@finflow/chassis/testing/failure';
import { type ExportJournalResponse, JournalSide, LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anInvoice, rent, startAccounting, type TestAccounting, type TestMember, usd } from '../accounting.ts';

let accounting: TestAccounting;
let token: string;
beforeAll(async () => {
  accounting = await startAccounting();
  token = await accounting.tokens.mint({ platformRole: 'OPERATOR', organizationId: null });
});
afterAll(() => accounting.stop());

function ledger(as = token) {
  const { services, tokens } = accounting;
  return inMemoryClient(LedgerService, { services, verifier: tokens.verifier, token: as });
}

async function exported(request: Parameters<ReturnType<typeof ledger>['exportJournal']>[0]) {
  const messages: ExportJournalResponse[] = [];
  for await (const message of ledger().exportJournal(request)) messages.push(message);
  return messages;
}

const entriesIn = (messages: readonly ExportJournalResponse[]) =>
  messages.flatMap(({ journalEntries }) => journalEntries);
const dueDatesIn = (messages: readonly ExportJournalResponse[]) => messages.flatMap(({ dueDates }) => dueDates);
const idsIn = (messages: readonly ExportJournalResponse[]) => entriesIn(messages).map(({ id }) => id);

async function postRents(member: TestMember, times: number): Promise<string[]> {
  const replies = await Promise.all(Array.from({ length: times }, () => member.ledger.postJournalEntry(rent())));
  return replies.map(({ journalEntry }) => journalEntry?.id ?? '').sort();
}

describe('the exported journal', () => {
  test('is every entry as it reads elsewhere, with its accounts, settings and due dates', async () => {
    const member = await accounting.member();
    const { organizationId } = member;
    const { invoice } = await member.invoices.createInvoice(anInvoice());
    await member.invoices.createInvoice(anInvoice({ issue: false }));
    await member.ledger.postJournalEntry(rent());
    const messages = await exported({ organizationId });
    expect(messages[0]?.organization).toMatchObject({ id: organizationId, currencyCode: 'USD', timeZone: 'UTC' });
    const { journalEntries } = await member.ledger.listJournalEntries({ orderBy: 'created_at' });
    expect(entriesIn(messages)).toEqual(journalEntries);
    const named = new Set(journalEntries.flatMap(({ lines }) => lines.map(({ accountId }) => accountId)));
    const accounts = new Map(messages.flatMap(({ accounts }) => accounts.map((account) => [account.id, account])));
    expect(new Set(accounts.keys())).toEqual(named);
    expect([...accounts.values()].find(({ code }) => code === '1100')).toMatchObject({ isReceivable: true });
    // A draft is nobody's claim yet.
    expect(dueDatesIn(messages)).toMatchObject([
      { invoiceId: invoice?.id, currencyCode: 'USD', dueDate: '2026-04-10' },
    ]);
  });

  test('goes on after any message, whatever was posted meanwhile', async () => {
    const member = await accounting.member();
    const { organizationId } = member;
    const ids = await postRents(member, 1_200);
    const messages = await exported({ organizationId });
    expect(idsIn(messages)).toEqual(ids);
    expect(messages).toHaveLength(3);
    for (const [index, { nextPageToken }] of messages.entries()) {
      const rest = idsIn(await exported({ organizationId, pageToken: nextPageToken }));
      expect([...idsIn(messages.slice(0, index + 1)), ...rest]).toEqual(ids);
    }
  });

  test('ends, however much is posted meanwhile', async () => {
    const member = await accounting.member();
    const { organizationId } = member;
    const ids = await postRents(member, 600);
    const seen: string[] = [];
    for await (const { journalEntries } of ledger().exportJournal({ organizationId })) {
      seen.push(...journalEntries.map(({ id }) => id));
      ids.push(...(await postRents(member, 20)));
    }
    expect(seen).toEqual(ids.slice(0, 620));
  });

  test('has each organization once, in the order of their ids, also when it goes on after one', async () => {
    for (const _ of [1, 2, 3]) await accounting.organization();
    const messages = await exported({});
    const ids = messages.map(({ organization }) => organization?.id);
    const rows = await accounting.asSuperuser('select organization_id as id from organizations order by 1');
    expect([...new Set(ids)]).toEqual(rows.map(({ id }) => id));
    const middle = messages[Math.floor(messages.length / 2)];
    const rest = await exported({ pageToken: middle?.nextPageToken });
    expect(rest).toEqual(messages.slice(messages.indexOf(middle as ExportJournalResponse) + 1));
  });

  test('keeps a message small when entries have many lines', async () => {
    const member = await accounting.member();
    const line = (side: JournalSide) => ({
      account: side === JournalSide.DEBIT ? '6050' : '1000',
      side,
      amount: usd(1n),
    });
    const lines = Array.from({ length: 1_000 }, (_, index) =>
      line(index % 2 === 0 ? JournalSide.DEBIT : JournalSide.CREDIT),
    );
    for (let entry = 0; entry < 5; entry += 1) await member.ledger.postJournalEntry({ lines });
    const messages = await exported({ organizationId: member.organizationId });
    const sizes = (some: typeof messages) => some.map(({ journalEntries }) => journalEntries.length);
    expect(sizes(messages)).toEqual([3, 2]);
    const named = await exported({ organizationId: member.organizationId, entryIds: idsIn(messages) });
    expect([sizes(named), idsIn(named)]).toEqual([[3, 2], idsIn(messages)]);
  });

  test('gives the entries and invoices asked for, and passes over what the organization does not have', async () => {
    const [member, other] = [await accounting.member(), await accounting.member()];
    const { organizationId } = member;
    const [id = ''] = await postRents(member, 3);
    const [foreign = ''] = await postRents(other, 1);
    const { invoice } = await member.invoices.createInvoice(anInvoice());
    const messages = await exported({
      organizationId,
      entryIds: [id, foreign, newId()],
      invoiceIds: [invoice?.id ?? '', newId()],
    });
    expect(idsIn(messages)).toEqual([id]);
    expect(dueDatesIn(messages).map(({ invoiceId }) => invoiceId)).toEqual([invoice?.id]);
    expect(await exported({ organizationId: newId(), entryIds: [id] })).toEqual([]);
    expect(await exported({ organizationId: newId() })).toEqual([]);
  });

  test('refuses a page token that is none, and ids of no organization', async () => {
    const refusal = async (request: Parameters<typeof exported>[0]) => (await failureOf(exported(request))).fields;
    expect(await refusal({ pageToken: 'next please' })).toEqual(['page_token']);
    expect(await failureOf(exported({ entryIds: [newId()] }))).toMatchObject({ code: 'InvalidArgument' });
  });
});

test('events of entries have the ids of their entries', async () => {
  const member = await accounting.member();
  const [id] = await postRents(member, 1);
  const rows = await accounting.sql<{ event_id: string }>(
    member.organizationId,
    "select event_id from outbox where topic = 'journal_entry_posted'",
  );
  expect(rows).toEqual([{ event_id: id }]);
});
