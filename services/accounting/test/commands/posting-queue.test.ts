import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PostingRequest, postJournalEntries } from '../../src/commands/post-journal-entries.ts';
import { PostingQueue, type PostingQueueOptions } from '../../src/commands/posting-queue.ts';
import { startAccounting, type TestAccounting } from '../accounting.ts';
import { expectBooksToHold, fillBalances } from '../books.ts';

let accounting: TestAccounting;
beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

const request = (fields: Partial<PostingRequest> = {}): PostingRequest => ({
  ...{ userId: newId(), debitAccount: '6050', creditAccount: '1000', lines: [] },
  ...{ amount: { currencyCode: 'USD', amountMinor: 5n }, date: '', description: '', invoiceId: '' },
  ...fields,
});

/** A queue that notes the size of each batch it posts. */
function observed(options: Partial<PostingQueueOptions> = {}) {
  const sizes: number[] = [];
  const queue = new PostingQueue({
    post: async (organizationId, requests) => {
      sizes.push(requests.length);
      return await postJournalEntries(accounting.parts, organizationId, requests);
    },
    ...options,
  });
  return { queue, sizes };
}

test('requests that come together share a statement, each with an answer of its own', async () => {
  const organizationId = await accounting.organization();
  const { queue, sizes } = observed();
  const entries = await Promise.all(
    Array.from({ length: 50 }, (_, index) => queue.post(organizationId, request({ description: `no. ${index}` }))),
  );
  expect(sizes).toEqual([50]);
  expect(entries.map(({ description }) => description)).toEqual(entries.map((_, index) => `no. ${index}`));
  const transactions = await accounting.sql(organizationId, 'select distinct transaction_id from journal_entries');
  expect(transactions).toHaveLength(1);
  await expectBooksToHold(accounting, organizationId);
});

test('a batch has a bound', async () => {
  const { queue, sizes } = observed({ maxBatch: 20 });
  const organizationId = await accounting.organization();
  await Promise.all(Array.from({ length: 50 }, () => queue.post(organizationId, request())));
  expect(sizes).toEqual([20, 20, 10]);
});

test('organizations do not wait for each other, nor share a transaction', async () => {
  const { queue, sizes } = observed();
  const organizations = await Promise.all([1, 2, 3].map(() => accounting.organization()));
  await Promise.all(organizations.flatMap((id) => [queue.post(id, request()), queue.post(id, request())]));
  expect(sizes).toEqual([2, 2, 2]);
});

test('a refused request does not hold its neighbours up', async () => {
  const organizationId = await accounting.organization();
  const { queue, sizes } = observed();
  const results = await Promise.allSettled([
    queue.post(organizationId, request()),
    queue.post(organizationId, request({ debitAccount: '9999' })),
    queue.post(organizationId, request({ invoiceId: newId() })),
    queue.post(organizationId, request({ amount: undefined })),
    queue.post(organizationId, request()),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
  expect(sizes).toEqual([5]);
  await expectBooksToHold(accounting, organizationId);
});

describe('what no check foresaw', () => {
  test('fails alone: the batch is tried again one by one', async () => {
    const organizationId = await accounting.organization();
    await postJournalEntries(accounting.parts, organizationId, [request()]);
    await fillBalances(accounting, organizationId);
    const { queue, sizes } = observed();
    const results = await Promise.allSettled([
      queue.post(organizationId, request()),
      queue.post(organizationId, request({ amount: { currencyCode: 'USD', amountMinor: 10n ** 15n } })),
      queue.post(organizationId, request()),
    ]);
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'FAILED_PRECONDITION', reason: 'BALANCE_OUT_OF_RANGE' } },
      { status: 'fulfilled' },
    ]);
    expect(sizes).toEqual([3, 1, 1, 1]);
  });

  test('books that are not open are told to all at once, while others are posted to', async () => {
    const { queue, sizes } = observed();
    const [without, other] = [newId(), await accounting.organization()];
    const results = await Promise.allSettled([without, without, other].map((id) => queue.post(id, request())));
    const refused = { status: 'rejected', reason: { code: 'UNAVAILABLE', reason: 'BOOKS_NOT_OPEN' } };
    expect(results).toMatchObject([refused, refused, { status: 'fulfilled' }]);
    expect(sizes).toEqual([2, 1]);
  });

  test('an unreachable database is told to all at once', async () => {
    let calls = 0;
    const queue = new PostingQueue({
      post: async () => {
        calls += 1;
        throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
      },
    });
    const results = await Promise.allSettled([queue.post('o', request()), queue.post('o', request())]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toBe(1);
  });
});

test('a full queue says so, and takes requests again when it has emptied', async () => {
  const held = Promise.withResolvers<void>();
  const queue = new PostingQueue({
    maxWaiting: 3,
    post: async (_organizationId, requests) => {
      await held.promise;
      return requests.map(() => ({ error: new Error('refused') }));
    },
  });
  const waiting = [1, 2, 3].map(() => queue.post('o', request()));
  await expect(queue.post('p', request())).rejects.toMatchObject({
    code: 'RESOURCE_EXHAUSTED',
    reason: 'POSTING_QUEUE_FULL',
  });
  held.resolve();
  await Promise.allSettled(waiting);
  await expect(queue.post('p', request())).rejects.toThrow('refused');
});

test('one request id many times in one batch is one entry', async () => {
  const organizationId = await accounting.organization();
  const key = { method: 'm', requestId: 'r', bodyHash: Buffer.alloc(32) };
  const other = { ...key, bodyHash: Buffer.alloc(32, 1) };
  const { queue, sizes } = observed();
  const [first, second, reused] = await Promise.allSettled([
    queue.post(organizationId, request({ key })),
    queue.post(organizationId, request({ key })),
    queue.post(organizationId, request({ key: other })),
  ]);
  expect(sizes).toEqual([3]);
  expect(second).toEqual(first);
  expect(reused).toMatchObject({ status: 'rejected', reason: { reason: 'REQUEST_ID_REUSED' } });
  expect(await accounting.sql(organizationId, 'select from journal_entries')).toHaveLength(1);
});
