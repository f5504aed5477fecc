import { newId } from '@finflow/chassis/ids';
import { InMemoryTelemetry } from '@finflow/chassis/testing/in-memory-telemetry';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PostingRequest, postJournalEntries } from '../../src/commands/post-journal-entries.ts';
import { PostingQueue } from '../../src/commands/posting-queue.ts';
import { startAccounting, type TestAccounting } from '../accounting.ts';

let telemetry: InMemoryTelemetry;
let accounting: TestAccounting;
beforeAll(async () => {
  telemetry = InMemoryTelemetry.start();
  accounting = await startAccounting();
});
afterAll(async () => {
  await accounting?.stop();
  await telemetry.stop();
});

const request = (description: string): PostingRequest => ({
  ...{ userId: newId(), debitAccount: '6050', creditAccount: '1000', lines: [] },
  ...{ amount: { currencyCode: 'USD', amountMinor: 5n }, date: '', description, invoiceId: '' },
});

test('requests that share a posting keep their traces: each event belongs to its own', async () => {
  const organizationId = await accounting.organization();
  const queue = new PostingQueue({ post: (id, requests) => postJournalEntries(accounting.parts, id, requests) });
  const traces = ['1', '2', '3'].map((digit) => digit.repeat(32));
  await Promise.all(
    traces.map((trace) =>
      telemetry.inTrace(`00-${trace}-${'b'.repeat(16)}-01`, () => queue.post(organizationId, request(trace))),
    ),
  );
  const rows = await accounting.sql<{ trace: string; description: string }>(
    organizationId,
    `select split_part(headers->>'traceparent', '-', 2) as trace, payload->>'description' as description
     from outbox where topic = 'journal_entry_posted' order by id`,
  );
  expect(rows).toEqual(traces.map((trace) => ({ trace, description: trace })));
  const shared = telemetry.span('post entries');
  expect(shared.links.map(({ context }) => context.traceId)).toEqual(traces);
  expect(traces).not.toContain(shared.spanContext().traceId);
});
