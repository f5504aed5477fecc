import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { postEntries } from '../../src/commands/post-entries.ts';
import type { NewJournalEntry, NewJournalLine } from '../../src/domain/journal-entry.ts';
import { standardChart } from '../../src/domain/standard-chart.ts';
import { takeBooks } from '../../src/store/organizations.ts';
import { START, startAccounting, type TestAccounting } from '../accounting.ts';
import { expectBooksToHold } from '../books.ts';
import { untilWaiting } from '../waiting.ts';

let accounting: TestAccounting;
let organizationId: string;
let attempts = 0;

beforeAll(async () => {
  accounting = await startAccounting();
});
beforeEach(async () => {
  organizationId = await accounting.organization();
});
afterAll(async () => await accounting?.stop());

const line = (code: string, amountMinor: bigint, currency = 'USD'): NewJournalLine => ({
  account: { code },
  currency,
  amountMinor,
});
const entry = (fields: Partial<NewJournalEntry> = {}): NewJournalEntry => {
  const id = newId();
  return {
    ...{ id, source: `test:${id}`, date: '2026-03-10', description: '', createdAt: START },
    lines: [line('1000', 100n), line('4000', -100n)],
    ...fields,
  };
};
const post = (...entries: NewJournalEntry[]) =>
  accounting.database.tenant(organizationId, async (tx) => {
    attempts += 1;
    await takeBooks(tx, organizationId, 'shared');
    return await postEntries(tx, organizationId, entries);
  });
const total = async () =>
  Number((await accounting.sql(organizationId, 'select count(*)::int as n from journal_entries'))[0]?.n);

describe('the same source', () => {
  test('books once, and the earlier entry is the answer', async () => {
    const [first] = await post(entry({ source: 'payment:1', description: 'first' }));
    const [again, other] = await post(entry({ source: 'payment:1', description: 'second' }), entry());
    expect(first).toMatchObject({ posted: true });
    expect(again).toEqual({ entry: first?.entry, posted: false });
    expect(other?.posted).toBe(true);
    expect(await total()).toBe(2);
  });

  test('twice in one batch books once', async () => {
    const results = await post(entry({ source: 's' }), entry({ source: 's' }));
    expect(results.map(({ posted }) => posted)).toEqual([true, false]);
    expect(results[1]?.entry).toEqual(results[0]?.entry);
  });

  test('from twenty transactions at once books once', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => post(entry({ source: 's' }), entry())));
    expect(results.filter(([first]) => first?.posted)).toHaveLength(1);
    expect(new Set(results.map(([first]) => first?.entry.id)).size).toBe(1);
    expect(await total()).toBe(21);
    await expectBooksToHold(accounting, organizationId);
  });

  test('in another organization is another entry', async () => {
    await post(entry({ source: 's' }));
    organizationId = await accounting.organization();
    expect(await post(entry({ source: 's' }))).toMatchObject([{ posted: true }]);
  });
});

test.each([
  ['an unbalanced entry', { lines: [line('1000', 2n), line('4000', -1n)] }, 'ENTRY_NOT_BALANCED'],
  ['one line', { lines: [line('1000', 2n)] }, 'ENTRY_TOO_FEW_LINES'],
  ['an unknown account', { lines: [line('1000', 2n), line('none', -2n)] }, 'ACCOUNT_NOT_FOUND'],
])('%s fails its whole batch with a reason, and nothing is stored', async (_what, fields, reason) => {
  await expect(post(entry(), entry(fields))).rejects.toMatchObject({ reason });
  await post();
  expect(await total()).toBe(0);
});

test('batches that meet at the same accounts do not deadlock, in whatever order they name them', async () => {
  const codes = standardChart.map(({ code }) => code);
  const pairs = codes.map((code, index) => [code, codes[(index + 1) % codes.length] ?? ''] as const);
  const everywhere = (order: typeof pairs) =>
    order.map(([one, other]) => entry({ lines: [line(one, 1n), line(other, -1n)] }));
  await post(...everywhere(pairs));
  const superuser = new Database({ url: accounting.db.superuserUrl, poolSize: 2 });
  await superuser.connect();
  attempts = 0;
  const posting = await superuser.tenant(organizationId, async (tx) => {
    // While somebody holds one account, each batch gets as far as it can: two that lock in different orders would
    // then hold what the other wants.
    await tx.query(
      `select from account_balances b join accounts a on a.id = b.account_id
       where b.organization_id = $1 and a.organization_id = $1 and a.code = '2200' for update of b`,
      [organizationId],
    );
    const running = Array.from({ length: 12 }, (_, index) =>
      post(...everywhere(index % 2 ? pairs : pairs.toReversed())),
    );
    await untilWaiting(accounting, running.length);
    return running;
  });
  await Promise.all(posting);
  await superuser.close();
  // A transaction that loses to a deadlock is run again.
  expect(attempts).toBe(12);
  await expectBooksToHold(accounting, organizationId);
});

test('random batches from many transactions at once keep the books', async () => {
  const code = fc.constantFrom('1000', '1050', '1100', '2100', '4000', '6050', '6250');
  const currency = fc.constantFrom('USD', 'EUR', 'JPY');
  const amount = fc.bigInt(-1_000_000n, 1_000_000n).filter((minor) => minor !== 0n);
  // Any lines, and for each currency one more that brings it to zero.
  const lines = fc.array(fc.record({ code, currency, amount }), { minLength: 1, maxLength: 8 }).map((drawn) => {
    const sums = new Map<string, bigint>();
    for (const part of drawn) sums.set(part.currency, (sums.get(part.currency) ?? 0n) + part.amount);
    const closing = [...sums].filter(([, sum]) => sum !== 0n).map(([of, sum]) => line('3000', -sum, of));
    return [...drawn.map((part) => line(part.code, part.amount, part.currency)), ...closing];
  });
  // Sources from a small range, so that batches repeat each other's.
  const batch = fc.array(
    fc.record({ source: fc.integer({ min: 0, max: 40 }), lines: lines.filter(({ length }) => length > 1) }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
      organizationId = await accounting.organization();
      const results = await Promise.all(
        batches.map((entries) =>
          post(...entries.map((drawn) => entry({ source: `s:${drawn.source}`, lines: drawn.lines }))),
        ),
      );
      const sources = new Set(batches.flat().map(({ source }) => source));
      expect(await total()).toBe(sources.size);
      expect(results.flat().filter(({ posted }) => posted)).toHaveLength(sources.size);
      await expectBooksToHold(accounting, organizationId);
    }),
    { numRuns: 25 },
  );
});
