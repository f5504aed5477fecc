import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { standardChart } from '../../src/domain/standard-chart.ts';
import { balances, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { AT, eventsFor } from '../events.ts';

let accounting: TestAccounting;
let member: TestMember;
let send: ReturnType<typeof eventsFor>;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  member = await accounting.member({ organizationId: newId() });
  send = eventsFor(accounting, member);
});
afterAll(async () => await accounting?.stop());

const settings = async () =>
  (await accounting.sql(member.organizationId, 'select name, currency, time_zone from organizations'))[0];

test('user_created opens the chart of accounts with the organization’s currency and zone', async () => {
  await send.userCreated({ currency: 'EUR', timeZone: 'Europe/Berlin' });
  expect(await settings()).toEqual({ name: 'Ada Ltd', currency: 'EUR', time_zone: 'Europe/Berlin' });
  const rows = await accounting.sql(member.organizationId, 'select code from accounts order by code limit 3');
  expect(rows).toEqual([{ code: '1000' }, { code: '1050' }, { code: '1100' }]);
});

test('of two events at once, one opens the books', async () => {
  await Promise.all([send.userCreated(), send.organizationUpdated({ updatedAt: '2026-03-11T00:00:00.000Z' })]);
  const accounts = await accounting.sql(member.organizationId, 'select code from accounts');
  expect(accounts).toHaveLength(standardChart.length);
  expect(await accounting.deadLetters(member.organizationId)).toEqual([]);
});

test('what happens in books that are not open yet waits for them, and is no dead letter', async () => {
  const paymentId = newId();
  await send.paymentRefunded({ paymentId, amount: 100n });
  await send.paymentCompleted({ id: paymentId, amount: 500n, at: '2026-03-10T12:00:00.000Z' });
  await send.transactionCategorized({ amount: -900n, category: 'rent' });
  expect(await accounting.sql(member.organizationId, 'select from organizations')).toEqual([]);
  expect(await accounting.sql(member.organizationId, 'select from journal_entries')).toEqual([]);
  await send.userCreated({ timeZone: 'Pacific/Auckland' });
  expect(await balances(member)).toEqual({ '1050': 400n, '2200': -400n, '6050': 900n, '1000': -900n });
  const { journalEntries } = await member.ledger.listJournalEntries({ query: `payment:${paymentId}` });
  expect(journalEntries).toMatchObject([{ date: '2026-03-11' }]);
  expect(await accounting.deadLetters(member.organizationId)).toEqual([]);
});

test('an organization whose books never open holds nobody else’s events up', async () => {
  const other = await accounting.member();
  const records = await Promise.all(
    [member, other].map(({ organizationId, userId }) =>
      accounting.bus.record({
        topic: 'payment_completed',
        organizationId,
        payload: {
          ...{ id: newId(), userId, organizationId, invoiceId: null, amount: 500n, currency: 'USD' },
          ...{ status: 'COMPLETED', processorId: 'pi_1', createdAt: AT, completedAt: AT },
        },
      }),
    ),
  );
  await accounting.bus.deliver(records);
  expect(await balances(other)).toEqual({ '1050': 500n, '2200': -500n });
});

test('newer settings replace older ones, whatever order they come in', async () => {
  await send.organizationUpdated({ currency: 'CHF', updatedAt: '2026-03-02T00:00:00.000Z' });
  await send.userCreated({ currency: 'EUR', createdAt: '2026-03-01T00:00:00.000Z' });
  expect(await settings()).toMatchObject({ currency: 'CHF' });
  await send.organizationUpdated({ currency: 'SEK', updatedAt: '2026-03-03T00:00:00.000Z' });
  expect(await settings()).toMatchObject({ currency: 'SEK' });
});

test('settings that cannot be are put aside', async () => {
  await send.userCreated({ timeZone: 'Mars/Olympus' });
  await send.organizationUpdated({ currency: 'EURO', updatedAt: '2026-03-03T00:00:00.000Z' });
  expect(await accounting.deadLetters(member.organizationId)).toHaveLength(2);
});
