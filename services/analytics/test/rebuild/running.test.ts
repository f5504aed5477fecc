import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JournalPage, JournalSource } from '../../src/domain/journal-source.ts';
import { isDrift } from '../../src/store/drift.ts';
import { makeShadow } from '../../src/store/shadow.ts';
import { Analytics } from '../support/analytics.ts';
import { Books, chart } from '../support/books.ts';
import { Journal, readModel, rebuilding } from '../support/journal.ts';

let analytics: Analytics;
let journal: Journal;
let first: string;
let second: string;
beforeEach(async () => {
  analytics = await Analytics.start();
  journal = new Journal(analytics);
  [first = '', second = ''] = [await journal.organization(), await journal.organization()].sort();
  for (const company of [first, second]) {
    await journal.invoice(company, 100_00, '2026-02-01');
    for (let entry = 0; entry < 5; entry += 1)
      await journal.book(company, '2026-03-01', { bank: 1_00, revenue: -1_00 });
  }
});
afterEach(() => analytics.stop());

const sale = { bank: 1_00, revenue: -1_00 };

/** The read model that is as the journal says, by another rebuild. */
async function expectNoDrift(): Promise<void> {
  const { drift } = await rebuilding(analytics, journal);
  expect([drift.months, drift.invoices, drift.notApplied]).toEqual([[], [], []]);
}

async function lines(): Promise<number> {
  const [row] = await analytics.rows<{ lines: string }>('select sum(lines) as lines from ledger_months');
  return Number(row?.lines);
}

describe('events that come while a rebuild reads the journal', () => {
  test.each([false, true])('are no drift, and counted once (swap: %s)', async (swap) => {
    let booked = 0;
    journal.beforePage = async () => {
      // Of the organization that was read and of the one that will be, months old and new, an invoice among them.
      for (const company of [first, second]) {
        await journal.book(company, '2026-01-05', sale);
        await journal.book(company, '2026-07-05', sale);
        await journal.invoice(company, 5_00, '2026-08-01');
        booked += 3;
      }
      if (booked > 60) journal.beforePage = () => undefined;
    };
    const before = await lines();
    const { drift, swapped } = await rebuilding(analytics, journal, { swap });
    expect([isDrift(drift), swapped?.rows ?? 0]).toEqual([false, 0]);
    expect(await lines()).toBe(before + 2 * booked);
    await expectNoDrift();
  });

  test('are waited for when they are on their way', async () => {
    const late = journal.post(first, '2026-03-02', sale);
    const rebuilt = rebuilding(analytics, journal, {
      arrivalMs: 30_000,
      onProgress: ({ step }) => {
        if (step === 'arriving') void delay(300).then(() => journal.deliver(late));
      },
    });
    expect((await rebuilt).drift).toMatchObject({ monthCount: 0, notAppliedCount: 0 });
  });
});

describe('events that come at the moment of the swap', () => {
  test('wait for it, and are counted once: those it took in, and those it knows nothing of', async () => {
    const before = await lines();
    const inShadow = journal.post(first, '2026-03-02', sale);
    let deliveries: Promise<void>[] = [];
    let atOnce: unknown;
    const named = journal.named.bind(journal);
    const rebuilt = rebuilding(analytics, journal, {
      swap: true,
      arrivalMs: 400,
      onProgress: ({ step }) => {
        // Posted behind the export's back, so that it is asked for at the very end, with the consumers held.
        if (step === 'arriving') void journal.book(first, '2026-03-03', sale);
        if (step !== 'swapping') return;
        journal.named = async (...asked) => {
          journal.named = named;
          deliveries = [inShadow, journal.post(second, '2026-05-02', sale)].map((entry) => journal.deliver(entry));
          atOnce = await Promise.race([...deliveries, delay(300, 'waiting')]);
          return await named(...asked);
        };
      },
    });
    expect((await rebuilt).swapped?.markedReceived).toBe(1);
    await Promise.all(deliveries);
    expect(atOnce).toBe('waiting');
    expect(await lines()).toBe(before + 2 * 3);
    await expectNoDrift();
  });

  test('many of them, from several deliveries at once, while rebuilds swap again and again', async () => {
    const before = await lines();
    let stop = false;
    let posted = 0;
    journal.entriesAPage = 500;
    const consumer = async (company: string) => {
      while (!stop) {
        const entry = journal.post(company, '2026-03-04', sale);
        posted += 1;
        if (posted % 3 === 0) await delay(5);
        await Promise.all([journal.deliver(entry), journal.deliver(entry)]);
      }
    };
    const consumers = [first, second, first].map(consumer);
    for (let round = 0; round < 4; round += 1) {
      const { drift } = await rebuilding(analytics, journal, { swap: true, arrivalMs: 10_000 });
      expect(drift.months).toEqual([]);
    }
    stop = true;
    await Promise.all(consumers);
    expect(posted).toBeGreaterThan(10);
    expect(await lines()).toBe(before + 2 * posted);
    await expectNoDrift();
  });

  test('readers see the figures before or after, never in between', async () => {
    const { dashboard } = await analytics.tenant(first);
    const [cashBefore, cashAfter] = [5_00n, 1_005_00n];
    journal.post(first, '2026-03-05', { bank: 1_000_00, revenue: -1_000_00 });
    let stop = false;
    const seen: bigint[] = [];
    const reader = (async () => {
      while (!stop) {
        const { kpis } = await dashboard.getDashboard({});
        const cash = kpis?.cash?.amountMinor ?? 0n;
        // An invoice of 100.00 is revenue that is no cash.
        expect(kpis?.revenue?.amountMinor).toBe(cash + 100_00n);
        seen.push(cash);
      }
    })();
    await delay(50);
    await rebuilding(analytics, journal, { swap: true });
    await delay(50);
    stop = true;
    await reader;
    expect(new Set(seen)).toEqual(new Set([cashBefore, cashAfter]));
  });
});

describe('a rebuild that dies', () => {
  test('while it reads leaves the live model as it was, and the next one starts clean', async () => {
    await analytics.rows('update ledger_months set lines = lines + 1');
    const before = await readModel(analytics);
    journal.beforePage = (number) => {
      if (number === 3) throw new Error('the machine is gone');
    };
    await expect(rebuilding(analytics, journal, { swap: true })).rejects.toThrow('the machine is gone');
    expect(await readModel(analytics)).toEqual(before);
    journal.beforePage = () => undefined;
    expect(isDrift((await rebuilding(analytics, journal, { swap: true })).drift)).toBe(true);
    await expectNoDrift();
  });

  test('with the consumers held lets go of them, and nothing has changed', async () => {
    await analytics.rows('update ledger_months set lines = lines + 1');
    const before = await readModel(analytics);
    const onProgress = ({ step }: { step: string }) => {
      if (step !== 'swapping') return;
      journal.named = () => Promise.reject(new Error('accounting is gone'));
    };
    // An invoice the shadow lacks, so that accounting is asked for it once more at the end.
    journal.beforeNamed = () => undefined;
    const stray = new Books(analytics.bus, first);
    const late = rebuilding(analytics, journal, {
      swap: true,
      arrivalMs: 400,
      onProgress: (progress) => {
        onProgress(progress);
        if (progress.step === 'arriving') void stray.invoice(newId(), '2026-09-01', 1_00);
      },
    });
    journal.post(first, '2026-03-09', sale);
    await expect(late).rejects.toThrow('accounting is gone');
    const after = (await readModel(analytics)) as { months: unknown };
    expect(after.months).toEqual((before as { months: unknown }).months);
    await new Books(analytics.bus, first).post('2026-03-01', sale);
  });

  test('without a chance to clean up leaves a schema that the next one drops', async () => {
    const database = new Database({ url: analytics.database.ownerUrl, poolSize: 2 });
    await database.connect();
    await database.system((tx) => makeShadow(tx, newId()));
    await database.close();
    await expectNoDrift();
    expect(await analytics.rows("select from pg_namespace where nspname = 'rebuild'")).toEqual([]);
  });

  test('or loses its connection, finds another’s shadow there and writes nothing into it', async () => {
    const database = new Database({ url: analytics.database.ownerUrl, poolSize: 2 });
    await database.connect();
    journal.beforePage = async (number) => {
      if (number === 2) await database.system((tx) => makeShadow(tx, newId()));
    };
    await expect(rebuilding(analytics, journal, { swap: true })).rejects.toThrow('Another rebuild began');
    await database.close();
  });
});

test('a second rebuild at the same time is refused in a sentence', async () => {
  let told: unknown;
  journal.beforePage = async (number) => {
    if (number !== 1) return;
    told = await rebuilding(analytics, new Journal(analytics)).catch((error: unknown) => error);
  };
  await rebuilding(analytics, journal);
  expect(String(told)).toMatch(/^OperatorError: A rebuild of this database is running already/);
});

test('a journal of no organization never empties a read model that has some', async () => {
  const before = await readModel(analytics);
  const empty = new Journal(analytics);
  expect((await rebuilding(analytics, empty)).drift.strayOrganizations).toEqual([first, second]);
  await expect(rebuilding(analytics, empty, { swap: true })).rejects.toThrow('is ACCOUNTING_ADDRESS right?');
  expect(await readModel(analytics)).toEqual(before);
});

test('nor does a journal that knows nothing of the one organization asked for', async () => {
  // Another accounting: it has organizations, and not this one.
  const other = new Journal(analytics);
  await other.organization();
  const before = await readModel(analytics);
  const asked = { organizationId: first, swap: true };
  await expect(rebuilding(analytics, other, asked)).rejects.toThrow(`Accounting has no books of ${first}`);
  expect(await readModel(analytics)).toEqual(before);
});

test('an organization that nobody knows is a slip, not a model without differences', async () => {
  const unknown = newId();
  for (const swap of [false, true]) {
    await expect(rebuilding(analytics, new Journal(analytics), { organizationId: unknown, swap })).rejects.toThrow(
      `Neither accounting nor the read model knows the organization ${unknown}`,
    );
  }
});

test('100,000 entries take no more memory than a few pages of them', async () => {
  const company = newId();
  const { bank, revenue } = chart;
  const line = ({ id, ...account }: typeof bank, amountMinor: bigint) => ({
    ...{ accountId: id, accountCode: account.code, accountName: account.name, accountType: account.type },
    ...{ isCash: account.isCash, isReceivable: account.isReceivable, currency: 'USD', amountMinor },
  });
  let peakBytes = 0;
  const settings = { organizationId: company, currency: 'USD', timeZone: 'UTC', settingsAt: new Date(0) };
  const large: JournalSource = {
    async *pages(): AsyncGenerator<JournalPage> {
      for (let page = 0; page < 200; page += 1) {
        peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
        const entries = Array.from({ length: 500 }, () => ({
          ...{ id: newId(), date: `2026-0${1 + (page % 9)}-01`, invoiceId: null, postedAt: '2026-03-01T00:00:00.000Z' },
          lines: [line(bank, 1n), line(revenue, -1n)],
        }));
        yield { ...settings, entries, dueDates: [] };
      }
    },
    named: async () => ({ entries: [], dueDates: [] }),
  };
  const before = process.memoryUsage().heapUsed;
  const { entries, drift } = await rebuilding(analytics, large, { organizationId: company });
  expect([entries, drift.monthCount]).toEqual([100_000, 18]);
  expect(drift.months.map(({ rebuilt }) => rebuilt.lines).reduce((sum, count) => sum + count)).toBe(200_000n);
  expect(peakBytes - before).toBeLessThan(150 * 1_048_576);
}, 180_000);
