import { newId } from '@finflow/chassis/ids';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDrift } from '../../src/store/drift.ts';
import { Analytics } from '../support/analytics.ts';
import { type AccountName, Books, chart } from '../support/books.ts';
import { Journal, readModel, rebuilding } from '../support/journal.ts';

let analytics: Analytics;
let journal: Journal;
beforeEach(async () => {
  analytics = await Analytics.start();
  journal = new Journal(analytics);
});
afterEach(() => analytics.stop());

const names = Object.keys(chart) as AccountName[];
const posting = fc.record({
  organization: fc.integer({ min: 0, max: 2 }),
  date: fc.constantFrom('2025-12-31', '2026-01-01', '2026-02-28', '2026-03-15'),
  accounts: fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 2 }),
  amount: fc.integer({ min: 1, max: 1_000_000_000 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  invoice: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  deliveries: fc.integer({ min: 1, max: 2 }),
});

describe('a read model that nothing is wrong with', () => {
  test('is what its journal makes, and a swap leaves it as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(posting, { maxLength: 25 }), async (postings) => {
        const organizations = [
          await journal.organization(),
          await journal.organization(),
          await journal.organization(),
        ];
        const invoices = [newId(), newId(), newId(), newId()];
        for (const { organization, date, accounts, amount, currency, invoice, deliveries } of postings) {
          const lines = { [accounts[0] ?? '']: amount, [accounts[1] ?? '']: -amount };
          const options = { currency, invoiceId: invoice === undefined ? undefined : invoices[invoice] };
          const entry = journal.post(organizations[organization] ?? '', date, lines, options);
          for (let delivery = 0; delivery < deliveries; delivery += 1) await journal.deliver(entry);
        }
        const before = await readModel(analytics);
        const compared = await rebuilding(analytics, journal);
        expect(compared.drift).toMatchObject({ months: [], invoices: [], settings: [], strayOrganizations: [] });
        const { swapped } = await rebuilding(analytics, journal, { swap: true });
        expect(swapped).toEqual({ rows: 0, markedReceived: 0, deadLettersSettled: 0 });
        expect(await readModel(analytics)).toEqual(before);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('is compared without being touched, and nothing is left behind', async () => {
    await journal.invoice(await journal.organization(), 10_00, '2026-02-01');
    const before = await readModel(analytics);
    expect((await rebuilding(analytics, journal)).swapped).toBeUndefined();
    expect(await readModel(analytics)).toEqual(before);
    expect(await analytics.rows("select from pg_namespace where nspname = 'rebuild'")).toEqual([]);
  });
});

describe('drift is told and mended', () => {
  let company: string;
  let invoice: string;
  let good: unknown;
  beforeEach(async () => {
    company = await journal.organization();
    invoice = await journal.invoice(company, 500_00, '2026-02-01');
    await journal.book(company, '2026-02-10', { rent: 90_00, bank: -90_00 });
    await journal.book(company, '2026-03-10', { rent: 95_00, bank: -95_00 });
    good = await readModel(analytics);
  });

  /** Compares, swaps, and expects the figures of before and no drift after. */
  async function mended() {
    const { drift } = await rebuilding(analytics, journal);
    const { swapped } = await rebuilding(analytics, journal, { swap: true });
    expect(await readModel(analytics)).toEqual(good);
    expect(isDrift((await rebuilding(analytics, journal)).drift)).toBe(false);
    return { drift, swapped };
  }

  test('an entry whose event never came; when it comes after all, it is not counted again', async () => {
    const entry = journal.post(company, '2026-02-20', { software: 20_00, bank: -20_00 });
    const { drift } = await rebuilding(analytics, journal);
    const at = { organizationId: company, month: '2026-02', currency: 'USD' };
    expect(drift.months).toEqual([
      {
        ...{ ...at, accountCode: '1000', accountName: 'Bank' },
        live: { debitMinor: 0n, creditMinor: 90_00n, lines: 1n },
        rebuilt: { debitMinor: 0n, creditMinor: 110_00n, lines: 2n },
      },
      {
        ...{ ...at, accountCode: '6250', accountName: 'Software' },
        live: { debitMinor: 0n, creditMinor: 0n, lines: 0n },
        rebuilt: { debitMinor: 20_00n, creditMinor: 0n, lines: 1n },
      },
    ]);
    expect(drift.notApplied).toMatchObject([{ organizationId: company, entryId: entry.id, deadLetter: false }]);
    const { swapped } = await rebuilding(analytics, journal, { swap: true });
    // Two rows, and the instant of the newest entry.
    expect(swapped).toEqual({ rows: 3, markedReceived: 1, deadLettersSettled: 0 });
    const after = await readModel(analytics);
    await journal.deliver(entry);
    expect(await readModel(analytics)).toEqual(after);
    expect(isDrift((await rebuilding(analytics, journal)).drift)).toBe(false);
  });

  test('an entry counted twice', async () => {
    const entry = await journal.book(company, '2026-03-11', { bank: 7_00, revenue: -7_00 });
    good = await readModel(analytics);
    await journal.deliver(entry, newId());
    const { drift } = await mended();
    expect(
      drift.months.map(({ month, accountCode, live, rebuilt }) => [month, accountCode, live.lines - rebuilt.lines]),
    ).toEqual([
      ['2026-03', '1000', 1n],
      ['2026-03', '4000', 1n],
    ]);
    expect(drift.notApplied).toEqual([]);
  });

  test('an entry counted in another month', async () => {
    await analytics.rows("update ledger_months set month = '2026-04-01' where month = '2026-03-01'");
    const { drift } = await mended();
    expect(drift.months.map(({ month, accountCode }) => [month, accountCode])).toEqual([
      ...[
        ['2026-03', '1000'],
        ['2026-03', '6050'],
        ['2026-04', '1000'],
        ['2026-04', '6050'],
      ],
    ]);
  });

  test('an organization of which accounting knows nothing', async () => {
    const stray = newId();
    await new Books(analytics.bus, stray).post('2026-03-01', { bank: 5_00, revenue: -5_00 });
    await new Books(analytics.bus, stray).invoice(newId(), '2026-03-01', 5_00);
    const { drift } = await mended();
    expect(drift.strayOrganizations).toEqual([stray]);
    expect(drift.months.map(({ organizationId, rebuilt }) => [organizationId, rebuilt.lines])).toEqual([
      ...[
        [stray, 0n],
        [stray, 0n],
      ],
    ]);
    expect(drift.invoices).toMatchObject([{ organizationId: stray, rebuilt: null }]);
  });

  test('an invoice open with another amount, and one with another due date', async () => {
    const other = await journal.invoice(company, 70_00, '2026-05-01');
    good = await readModel(analytics);
    await analytics.rows(`update receivables set balance_minor = 1 where invoice_id = '${invoice}'`);
    await analytics.rows(`update receivables set due_date = '2026-06-01' where invoice_id = '${other}'`);
    const { drift } = await mended();
    expect(drift.months).toEqual([]);
    expect(new Set(drift.invoices.map(({ live, rebuilt }) => [live, rebuilt]))).toEqual(
      new Set([
        [
          { balanceMinor: 1n, dueDate: '2026-02-01' },
          { balanceMinor: 500_00n, dueDate: '2026-02-01' },
        ],
        [
          { balanceMinor: 70_00n, dueDate: '2026-06-01' },
          { balanceMinor: 70_00n, dueDate: '2026-05-01' },
        ],
      ]),
    );
  });

  test('but not a due date that was heard of after the export', async () => {
    await new Books(analytics.bus, company).newDueDate(invoice, '2026-09-09', '2026-03-01T00:00:00.000Z');
    good = await readModel(analytics);
    const { drift, swapped } = await mended();
    expect([isDrift(drift), swapped?.rows]).toEqual([false, 0]);
  });

  test('an organization that analytics does not know', async () => {
    await analytics.rows(`delete from organizations where organization_id = '${company}'`);
    const { drift } = await mended();
    expect(drift.settings).toEqual([
      { organizationId: company, live: null, rebuilt: { currency: 'USD', timeZone: 'UTC' } },
    ]);
  });

  test('an entry whose event became a dead letter, which is settled', async () => {
    const entry = journal.post(company, '2026-03-12', { bank: 3_00, revenue: -3_00 });
    await journal.deliver({ ...entry, date: 'yesterday' });
    const { drift } = await rebuilding(analytics, journal);
    expect(drift.notApplied).toMatchObject([{ entryId: entry.id, deadLetter: true }]);
    const { swapped } = await rebuilding(analytics, journal, { swap: true });
    expect(swapped?.deadLettersSettled).toBe(1);
    expect(await analytics.count('dead_letters')).toBe(0);
    expect(isDrift((await rebuilding(analytics, journal)).drift)).toBe(false);
  });

  test('everything, from nothing', async () => {
    for (const table of ['ledger_months', 'books', 'receivables', 'organizations', 'inbox']) {
      await analytics.rows(`delete from ${table}`);
    }
    await mended();
  });

  test('of one organization alone, when only that one is asked for', async () => {
    const other = await journal.organization();
    await journal.book(other, '2026-03-01', { bank: 1_00, revenue: -1_00 });
    good = await readModel(analytics);
    await analytics.rows('update ledger_months set lines = lines + 5');
    const { drift, organizations } = await rebuilding(analytics, journal, { organizationId: other, swap: true });
    expect([organizations, new Set(drift.months.map(({ organizationId }) => organizationId))]).toEqual([
      1,
      new Set([other]),
    ]);
    const left = await rebuilding(analytics, journal);
    expect(new Set(left.drift.months.map(({ organizationId }) => organizationId))).toEqual(new Set([company]));
    await mended();
  });
});
