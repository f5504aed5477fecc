import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
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

const settings = async () =>
  (await accounting.sql(member.organizationId, 'select name, currency, time_zone from organizations'))[0];

test('user_created opens the chart of accounts with the organization’s currency and zone', async () => {
  await send.userCreated({ currency: 'EUR', timeZone: 'Europe/Berlin' });
  expect(await settings()).toEqual({ name: 'Ada Ltd', currency: 'EUR', time_zone: 'Europe/Berlin' });
  const rows = await accounting.sql(member.organizationId, 'select code from accounts order by code limit 3');
  expect(rows).toEqual([{ code: '1000' }, { code: '1050' }, { code: '1100' }]);
});

test('a command that comes first works by default settings, which the event then replaces', async () => {
  await member.ledger.listAccounts({});
  expect(await settings()).toMatchObject({ currency: 'USD', time_zone: 'UTC' });
  await send.userCreated({ currency: 'EUR', timeZone: 'Europe/Berlin' });
  expect(await settings()).toMatchObject({ currency: 'EUR', time_zone: 'Europe/Berlin' });
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
