import { readFileSync } from 'node:fs';
import { Database } from '@finflow/chassis/database/database';
import { createLogger } from '@finflow/chassis/logger';
import { metric } from '@finflow/chassis/telemetry/metrics';
import { InMemoryTelemetry } from '@finflow/chassis/testing/in-memory-telemetry';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BooksCheck } from '../../src/commands/check-books.ts';
import { ledgerGauges } from '../../src/metrics.ts';
import { rent, startAccounting, type TestAccounting } from '../accounting.ts';

let telemetry: InMemoryTelemetry;
let accounting: TestAccounting;
const lines: string[] = [];

beforeAll(async () => {
  telemetry = InMemoryTelemetry.start();
  accounting = await startAccounting();
});
afterAll(async () => {
  await accounting?.stop();
  await telemetry?.stop();
});

/** Changes balances as nothing but a superuser's hand could. */
async function tamper(sql: string, organizationId: string): Promise<void> {
  await accounting.asSuperuser('alter table account_balances disable trigger user');
  await accounting.asSuperuser(sql, [organizationId]);
  await accounting.asSuperuser('alter table account_balances enable trigger user');
}

/** What the runbook's queries find in one organization's books, asked as their owner. */
async function runbookFinds(organizationId: string): Promise<Record<string, unknown>[]> {
  const runbook = readFileSync(new URL('../../../../docs/runbooks/books-wrong.md', import.meta.url), 'utf8');
  const statements = /```sql\n([^`]+)```/.exec(runbook)?.[1]?.replace('ORGANIZATION', organizationId).split(';') ?? [];
  expect(statements).toHaveLength(6);
  const owned = new Database({ url: accounting.db.ownerUrl });
  await owned.connect();
  try {
    // Without its own begin, setting and rollback, which are what `tenant` does.
    const [, , balances = '', entries = ''] = statements;
    return await owned.tenant(organizationId, async (tx) => [
      ...(await tx.query(balances)),
      ...(await tx.query(entries)),
    ]);
  } finally {
    await owned.close();
  }
}

test('sound books are zero; what no entry explains is told in cents, and again zero once it is mended', async () => {
  const logger = createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } });
  const check = new BooksCheck({ ...accounting.parts, logger });
  const gauges = ledgerGauges(check, accounting.clock, logger);
  const measured = async () =>
    (
      await Promise.all([metric.ledgerImbalance, metric.ledgerUnexplained].map((each) => telemetry.values(each)))
    ).flat();
  try {
    const members = [await accounting.member(), await accounting.member(), await accounting.member()];
    for (const { ledger } of members) await ledger.postJournalEntry(rent());
    await check.run();
    expect(await measured()).toEqual([0, 0]);

    const [first, second] = members.map(({ organizationId }) => organizationId) as [string, string];
    // Both sides of one account: the books still balance, and yet 7 + 7 cents are nobody's.
    const both = 'update account_balances set debit_minor = debit_minor + 7, credit_minor = credit_minor + 7';
    await tamper(`${both} where organization_id = $1 and debit_minor = 900`, first);
    await tamper(
      'update account_balances set debit_minor = debit_minor + 5 where organization_id = $1 and debit_minor = 900',
      second,
    );
    await check.run();
    await check.run();
    expect(await measured()).toEqual([5, 19]);
    expect(await runbookFinds(second)).toEqual([expect.objectContaining({ balance: 905n, lines: '900' })]);
    // Each organization once, however often it is looked at; no figure of a sound one.
    const told = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
    expect(told.map(({ organizationId }) => organizationId).sort()).toEqual([first, second].sort());

    await tamper(
      'update account_balances set debit_minor = 900, credit_minor = 0 where organization_id = $1 and debit_minor > 900',
      first,
    );
    await tamper(
      'update account_balances set debit_minor = 900 where organization_id = $1 and debit_minor > 900',
      second,
    );
    await check.run();
    expect(await measured()).toEqual([0, 0]);
  } finally {
    await gauges.stop();
  }
});

test('the age is that of the latest round through everybody’s books', async () => {
  const check = new BooksCheck(accounting.parts);
  const gauges = ledgerGauges(check, accounting.clock, accounting.parts.logger);
  try {
    accounting.clock.advance(90_000);
    expect(await telemetry.values(metric.ledgerCheckAge)).toEqual([90]);
    await check.run();
    expect(await telemetry.values(metric.ledgerCheckAge)).toEqual([0]);
  } finally {
    await gauges.stop();
  }
});

test('the check has no more rights than a request: across organizations it sees no books', async () => {
  await (await accounting.member()).ledger.postJournalEntry(rent());
  for (const table of ['account_balances', 'journal_lines', 'journal_entries']) {
    const rows = await accounting.database.system((tx) => tx.query(`select 1 from ${table}`));
    expect([table, rows]).toEqual([table, []]);
  }
});
