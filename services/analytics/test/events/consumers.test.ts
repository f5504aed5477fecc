import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Analytics, type Tenant } from '../support/analytics.ts';
import { Books, chart } from '../support/books.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

async function company(): Promise<Tenant & { books: Books }> {
  const tenant = await analytics.tenant();
  return { ...tenant, books: new Books(analytics.bus, tenant.organizationId) };
}

const months = (organizationId: string) =>
  analytics.rows<{ account_code: string; debit_minor: string; credit_minor: string; lines: string }>(
    'select account_code, debit_minor, credit_minor, lines from ledger_months where organization_id = $1 order by 1',
    [organizationId],
  );

describe('journal_entry_posted', () => {
  test('takes effect once however often it is delivered', async () => {
    const { books, organizationId, dashboard } = await company();
    const payload = books.entry('2026-03-01', { bank: 10_00, revenue: -10_00 });
    const record = await analytics.bus.record({ topic: 'journal_entry_posted', organizationId, payload, id: newId() });
    await analytics.bus.deliver([record, record]);
    await Promise.all([analytics.bus.deliver([record]), analytics.bus.deliver([record])]);
    expect((await dashboard.getDashboard({})).kpis?.revenue?.amountMinor).toBe(10_00n);
    expect(await months(organizationId)).toMatchObject([{ lines: '1' }, { lines: '1' }]);
  });

  test('adds several lines of one account, debits and credits apart', async () => {
    const { books, organizationId } = await company();
    const entry = books.entry('2026-03-01', { bank: 30_00, revenue: -30_00 });
    const [bank] = entry.lines;
    if (bank === undefined) throw new Error('An entry has lines.');
    const lines = [...entry.lines, { ...bank, amountMinor: -12_00n }, { ...bank, amountMinor: 12_00n }];
    await analytics.bus.send({ topic: 'journal_entry_posted', organizationId, payload: { ...entry, lines } });
    expect((await months(organizationId))[0]).toEqual({
      account_code: '1000',
      debit_minor: '4200',
      credit_minor: '1200',
      lines: '3',
    });
  });

  test('is undone by its reversal', async () => {
    const { books, dashboard } = await company();
    await books.post('2026-03-01', { rent: 10_00, bank: -10_00 });
    await books.post('2026-03-01', { rent: -10_00, bank: 10_00 });
    const { kpis, expenseByCategory } = await dashboard.getDashboard({});
    expect([kpis?.expense?.amountMinor, kpis?.cash?.amountMinor]).toEqual([0n, 0n]);
    expect(expenseByCategory).toEqual([]);
  });

  test('keeps amounts beyond the precision of a double', async () => {
    const { books, dashboard } = await company();
    for (let times = 0; times < 3; times++)
      await books.post('2026-03-01', { bank: 9007199254740991, revenue: -9007199254740991 });
    expect((await dashboard.getDashboard({})).kpis?.cash?.amountMinor).toBe(3n * 9007199254740991n);
  });

  test('applies entries of one organization from several deliveries at once without losing any', async () => {
    const { organizationId, books, dashboard } = await company();
    const records = await Promise.all(
      Array.from({ length: 40 }, () => {
        const payload = books.entry('2026-03-01', { bank: 1, revenue: -1 });
        return analytics.bus.record({ topic: 'journal_entry_posted', organizationId, payload });
      }),
    );
    await Promise.all([0, 10, 20, 30].map((start) => analytics.bus.deliver(records.slice(start, start + 10))));
    expect((await dashboard.getDashboard({})).kpis?.cash?.amountMinor).toBe(40n);
  });

  test('that cannot be applied is put aside and the next one goes on', async () => {
    const { organizationId, books, dashboard } = await company();
    const good = books.entry('2026-03-01', { bank: 5, revenue: -5 });
    const bad = { ...books.entry('2026-03-01', { bank: 7, revenue: -7 }), date: 'yesterday' };
    const records = await Promise.all(
      [bad, good].map((payload) => analytics.bus.record({ topic: 'journal_entry_posted', organizationId, payload })),
    );
    await analytics.bus.deliver(records);
    expect((await dashboard.getDashboard({})).kpis?.cash?.amountMinor).toBe(5n);
    const dead = await analytics.rows('select reason from dead_letters where organization_id = $1', [organizationId]);
    expect(dead).toHaveLength(1);
  });

  test('shows a renamed account under its last name', async () => {
    const { organizationId, books, dashboard } = await company();
    await books.post('2026-02-01', { rent: 10_00, bank: -10_00 });
    const entry = books.entry('2026-03-01', { rent: 5_00, bank: -5_00 });
    const lines = entry.lines.map((line) =>
      line.accountId === chart.rent.id ? { ...line, accountName: 'Premises' } : line,
    );
    await analytics.bus.send({ topic: 'journal_entry_posted', organizationId, payload: { ...entry, lines } });
    expect((await dashboard.getDashboard({})).expenseByCategory).toMatchObject([
      { category: 'Premises', amount: { amountMinor: 15_00n } },
    ]);
  });
});

describe('organization settings', () => {
  test('are taken from the newest event, in whatever order they arrive', async () => {
    const { books, dashboard } = await company();
    await books.settings('Pacific/Auckland', '2026-02-02T00:00:00.000Z');
    await books.settings('America/New_York', '2026-02-01T00:00:00.000Z');
    expect((await dashboard.getDashboard({})).toMonth).toBe('2026-04');
    await books.settings('America/New_York', '2026-02-03T00:00:00.000Z');
    expect((await dashboard.getDashboard({})).toMonth).toBe('2026-03');
  });

  test('begin with user_created', async () => {
    const { organizationId, dashboard } = await company();
    await analytics.bus.send({
      topic: 'user_created',
      organizationId,
      payload: {
        id: newId(),
        email: 'a@b.example',
        role: 'USER',
        createdAt: '2026-01-01T00:00:00.000Z',
        organizationId,
        organizationName: 'Acme',
        currency: 'CHF',
        timeZone: 'Pacific/Auckland',
      },
    });
    expect(await dashboard.getDashboard({})).toMatchObject({ toMonth: '2026-04', currencyCode: 'CHF' });
  });
});

test('a dashboard read while entries arrive never disagrees with itself', async () => {
  const { books, dashboard } = await company();
  const posting = (async () => {
    for (let times = 0; times < 30; times++) await books.post('2026-03-01', { bank: 3, revenue: -3 });
  })();
  for (let times = 0; times < 20; times++) {
    const { kpis, months: shown } = await dashboard.getDashboard({});
    expect(kpis?.cash?.amountMinor).toBe(kpis?.revenue?.amountMinor);
    expect(shown.at(-1)?.cashFlow?.amountMinor).toBe(kpis?.revenue?.amountMinor);
  }
  await posting;
});
