import { failureOf } from '@finflow/chassis/testing/failure';
import { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anInvoice, startAccounting, type TestAccounting, type TestMember, usd } from '../accounting.ts';

let accounting: TestAccounting;

beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

describe('ListInvoices', () => {
  let reader: TestMember;
  beforeAll(async () => {
    reader = await accounting.member();
    const make = (fields: object) => reader.invoices.createInvoice(anInvoice(fields));
    await make({ client: 'Zebra 100%', dueDate: '2026-03-20', amount: usd(300n), number: 'N-1' });
    await make({
      client: 'apple',
      dueDate: '2026-03-15',
      amount: usd(100n),
      number: 'N-2',
      clientEmail: 'bills@apple.example',
    });
    await make({
      client: 'Mango',
      dueDate: '2026-04-01',
      amount: { currencyCode: 'EUR', amountMinor: 200n },
      number: 'N-3',
      issue: false,
    });
    await make({ client: 'Late', dueDate: '2026-01-15', issueDate: '2026-01-01', amount: usd(50n), number: 'N-4' });
    await (await accounting.member()).invoices.createInvoice(anInvoice({ client: 'Somebody else’s' }));
  });
  const numbers = async (request: object) =>
    (await reader.invoices.listInvoices(request)).invoices.map(({ number }) => number);

  test('newest first by default, with lines and total size, never another organization’s', async () => {
    const page = await reader.invoices.listInvoices({});
    expect(page.invoices.map(({ number }) => number)).toEqual(['N-4', 'N-3', 'N-2', 'N-1']);
    expect(page.invoices.every(({ lineItems }) => lineItems.length === 1)).toBe(true);
    expect(page).toMatchObject({ totalSize: 4, nextPageToken: '' });
  });

  test.each(
    ['created_at', 'issue_date', 'due_date', 'amount', 'client', 'number', 'status'].flatMap((f) => [f, `${f} desc`]),
  )('pages by %s give every invoice once, in order', async (orderBy) => {
    const all = await numbers({ orderBy });
    const paged: string[] = [];
    let pageToken = '';
    do {
      const page = await reader.invoices.listInvoices({ orderBy, pageSize: 1, pageToken });
      paged.push(...page.invoices.map(({ number }) => number));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(all).toHaveLength(4);
    expect(paged).toEqual(all);
  });

  test.each([
    ['by status', { statuses: [InvoiceStatus.OVERDUE, InvoiceStatus.DRAFT] }, ['N-4', 'N-3']],
    ['by part of the client, whatever the case', { query: 'APP' }, ['N-2']],
    ['by part of the email', { query: 'bills@' }, ['N-2']],
    ['by text whose wildcards are taken literally', { query: '100%' }, ['N-1']],
    ['by an underscore that is no wildcard', { query: '_' }, []],
    ['by currency', { currencyCode: 'EUR' }, ['N-3']],
    ['by amounts', { amountMinorMin: 100n, amountMinorMax: 200n }, ['N-3', 'N-2']],
    ['by due dates', { dueDateFrom: '2026-03-15', dueDateTo: '2026-03-20' }, ['N-2', 'N-1']],
    ['by issue dates', { issueDateTo: '2026-01-31' }, ['N-4']],
    ['by several at once', { currencyCode: 'USD', issueDateFrom: '2026-02-01', query: 'zeb' }, ['N-1']],
  ])('filters %s', async (_what, request, expected) => {
    expect(await numbers(request)).toEqual(expected);
  });

  test('a token of other filters, nonsense and unknown fields are refused', async () => {
    const { nextPageToken: pageToken } = await reader.invoices.listInvoices({ pageSize: 1 });
    for (const request of [{ pageToken, query: 'x' }, { pageToken: 'nonsense' }]) {
      expect(await failureOf(reader.invoices.listInvoices(request))).toMatchObject({
        code: 'InvalidArgument',
        reason: 'INVALID_PAGE_TOKEN',
        fields: ['page_token'],
      });
    }
    expect(await failureOf(reader.invoices.listInvoices({ orderBy: 'notes' }))).toMatchObject({
      reason: 'INVALID_ORDER_BY',
    });
  });
});
