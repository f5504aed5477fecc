import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { markOverdue } from '../../src/commands/mark-overdue.ts';
import { anInvoice, START, startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { eventsFor } from '../events.ts';
import { untilWaiting } from '../waiting.ts';

let accounting: TestAccounting;
beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(() => accounting.clock.set(START));
afterAll(async () => await accounting?.stop());

const { PENDING, PARTIALLY_PAID, PAID, OVERDUE, DRAFT, CANCELLED } = InvoiceStatus;

/** A member of an organization in a time zone. */
async function memberIn(timeZone: string): Promise<TestMember> {
  return await accounting.member({ organizationId: await accounting.organization({ timeZone }) });
}
const dueToday = async (member: TestMember, fields: object = {}) =>
  (await member.invoices.createInvoice(anInvoice({ dueDate: '2026-03-10', ...fields }))).invoice?.id ?? '';
const status = async (member: TestMember, id: string) => (await member.invoices.getInvoice({ id })).invoice?.status;
const at = (instant: string) => accounting.clock.set(new Date(instant));

test('an invoice is overdue when its due date has passed where the organization is, not before', async () => {
  const [auckland, newYork] = [await memberIn('Pacific/Auckland'), await memberIn('America/New_York')];
  at('2026-03-10T00:00:00Z');
  const [there, here] = [await dueToday(auckland), await dueToday(newYork)];
  at('2026-03-10T10:59:59Z');
  await markOverdue(accounting.parts);
  expect([await status(auckland, there), await status(newYork, here)]).toEqual([PENDING, PENDING]);
  at('2026-03-10T11:00:00Z');
  expect(await markOverdue(accounting.parts)).toBe(1);
  expect([await status(auckland, there), await status(newYork, here)]).toEqual([OVERDUE, PENDING]);
  at('2026-03-11T04:00:00Z');
  expect(await markOverdue(accounting.parts)).toBe(1);
  expect(await status(newYork, here)).toBe(OVERDUE);
});

test('only what is issued and not paid in full falls due; nothing is booked by it', async () => {
  const member = await memberIn('UTC');
  const send = eventsFor(accounting, member);
  const ids = {
    [OVERDUE]: await dueToday(member),
    partly: await dueToday(member),
    [PAID]: await dueToday(member),
    [DRAFT]: await dueToday(member, { issue: false }),
    [CANCELLED]: await dueToday(member),
    [PENDING]: await dueToday(member, { dueDate: '2026-03-11' }),
  };
  await send.paymentCompleted({ invoiceId: ids.partly, amount: 1n });
  await send.paymentCompleted({ invoiceId: ids[PAID], amount: 100_000n });
  await member.invoices.cancelInvoice({ id: ids[CANCELLED] ?? '' });
  expect(await status(member, ids.partly)).toBe(PARTIALLY_PAID);
  const before = await member.ledger.getTrialBalance({});
  at('2026-03-11T00:00:00Z');
  expect(await markOverdue(accounting.parts)).toBe(2);
  expect(await status(member, ids.partly)).toBe(OVERDUE);
  for (const expected of [OVERDUE, PAID, DRAFT, CANCELLED, PENDING]) {
    expect(await status(member, ids[expected] ?? '')).toBe(expected);
  }
  expect(await member.ledger.getTrialBalance({})).toEqual(before);
});

test('a day is done once, and again when the organization moves to another time zone', async () => {
  const member = await memberIn('UTC');
  at('2026-03-11T00:00:00Z');
  await markOverdue(accounting.parts);
  at('2026-03-11T10:00:00Z');
  const id = await dueToday(member, { dueDate: '2026-03-11' });
  expect(await markOverdue(accounting.parts)).toBe(0);
  await eventsFor(accounting, member).organizationUpdated({
    timeZone: 'Pacific/Kiritimati',
    updatedAt: '2026-03-11T10:00:00.000Z',
  });
  expect(await markOverdue(accounting.parts)).toBe(1);
  expect(await status(member, id)).toBe(OVERDUE);
});

test('an organization that moves to where the due date is still today has nothing overdue any more', async () => {
  const member = await memberIn('Pacific/Auckland');
  at('2026-03-10T00:00:00Z');
  const [open, partly, late] = [
    await dueToday(member),
    await dueToday(member),
    await dueToday(member, { dueDate: '2026-03-09' }),
  ];
  await eventsFor(accounting, member).paymentCompleted({ invoiceId: partly, amount: 1n });
  at('2026-03-10T11:00:00Z');
  await markOverdue(accounting.parts);
  expect(await status(member, partly)).toBe(OVERDUE);
  await eventsFor(accounting, member).organizationUpdated({
    timeZone: 'America/New_York',
    updatedAt: '2026-03-10T13:00:00.000Z',
  });
  expect(await markOverdue(accounting.parts)).toBe(0);
  expect([await status(member, open), await status(member, partly), await status(member, late)]).toEqual([
    PENDING,
    PARTIALLY_PAID,
    OVERDUE,
  ]);
});

test('the day turns an hour earlier in summer time', async () => {
  const member = await memberIn('America/New_York');
  at('2026-03-07T17:00:00Z');
  const [saturday, sunday] = [
    await dueToday(member, { dueDate: '2026-03-07' }),
    await dueToday(member, { dueDate: '2026-03-08' }),
  ];
  at('2026-03-08T04:59:59Z');
  expect(await markOverdue(accounting.parts)).toBe(0);
  at('2026-03-08T05:00:00Z');
  expect(await markOverdue(accounting.parts)).toBe(1);
  // The clocks went forward that night.
  at('2026-03-09T04:00:00Z');
  expect(await markOverdue(accounting.parts)).toBe(1);
  expect([await status(member, saturday), await status(member, sunday)]).toEqual([OVERDUE, OVERDUE]);
});

test('two that run at the same time mark each invoice once', async () => {
  at('2026-03-12T00:00:00Z');
  await markOverdue(accounting.parts);
  accounting.clock.set(START);
  const members = await Promise.all(Array.from({ length: 5 }, () => memberIn('Europe/Berlin')));
  await Promise.all(members.flatMap((member) => [dueToday(member), dueToday(member)]));
  at('2026-03-12T00:00:00Z');
  const marked = await Promise.all([1, 2, 3].map(() => markOverdue(accounting.parts)));
  expect(marked.reduce((sum, count) => sum + count, 0)).toBe(10);
});

test('an invoice issued while the day turns does not miss it', async () => {
  const member = await memberIn('UTC');
  await dueToday(member);
  at('2026-03-11T23:59:59Z');
  const { issuing, marking } = await accounting.database.tenant(member.organizationId, async (tx) => {
    // Whoever makes an invoice now waits for its number, having read the clock.
    await tx.query('select from invoice_counters for update');
    const slow = dueToday(member, { dueDate: '2026-03-11' });
    await untilWaiting(accounting, 1);
    at('2026-03-12T00:00:00Z');
    const job = markOverdue(accounting.parts);
    await Promise.race([job, untilWaiting(accounting, 2)]);
    return { issuing: slow, marking: job };
  });
  const id = await issuing;
  await marking;
  expect(await status(member, id)).toBe(OVERDUE);
});
