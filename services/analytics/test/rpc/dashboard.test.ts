import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Analytics, type Tenant } from '../support/analytics.ts';
import { type AccountName, Books } from '../support/books.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

async function company(): Promise<Tenant & { books: Books }> {
  const tenant = await analytics.tenant();
  return { ...tenant, books: new Books(analytics.bus, tenant.organizationId) };
}

const usd = (amountMinor: bigint | number) =>
  expect.objectContaining({ currencyCode: 'USD', amountMinor: BigInt(amountMinor) });

describe('GetDashboard', () => {
  test('of an organization without books shows twelve months of zeros in its own currency', async () => {
    const { dashboard, books } = await company();
    await books.settings('UTC', undefined, 'EUR');
    const reply = await dashboard.getDashboard({});
    expect(reply).toMatchObject({ fromMonth: '2025-04', toMonth: '2026-03', currencyCode: 'EUR' });
    expect(reply.updatedAt).toBeUndefined();
    expect(reply.months).toHaveLength(12);
    expect(reply.months.every(({ revenue, cash }) => revenue?.amountMinor === 0n && cash?.amountMinor === 0n)).toBe(
      true,
    );
    expect(reply.expenseByCategory).toEqual([]);
  });

  test('turns entries into revenue, expense, cash and receivables', async () => {
    const { dashboard, books } = await company();
    const invoiceId = newId();
    await books.post('2026-02-10', { receivable: 119_00, revenue: -100_00, taxPayable: -19_00 }, { invoiceId });
    await books.post('2026-03-05', { cardClearing: 50_00, receivable: -50_00 }, { invoiceId });
    await books.post('2026-03-06', { rent: 30_00, bank: -30_00 }, { postedAt: '2026-03-31T13:00:00.000Z' });
    const { kpis, months, updatedAt } = await dashboard.getDashboard({ fromMonth: '2026-02', toMonth: '2026-03' });
    expect(kpis).toMatchObject({
      revenue: usd(100_00),
      expense: usd(30_00),
      net: usd(70_00),
      cash: usd(20_00),
      receivables: usd(69_00),
    });
    expect(months).toMatchObject([
      { month: '2026-02', revenue: usd(100_00), expense: usd(0), net: usd(100_00), cash: usd(0), cashFlow: usd(0) },
      {
        month: '2026-03',
        revenue: usd(0),
        expense: usd(30_00),
        net: usd(-30_00),
        cash: usd(20_00),
        cashFlow: usd(20_00),
      },
    ]);
    expect(updatedAt?.seconds).toBe(BigInt(Date.parse('2026-03-31T13:00:00Z') / 1000));
  });

  test('compares with as many months just before', async () => {
    const { dashboard, books } = await company();
    await books.post('2025-11-30', { bank: 999_00, revenue: -999_00 });
    await books.post('2025-12-01', { bank: 40_00, revenue: -40_00 });
    await books.post('2026-01-31', { software: 15_00, bank: -15_00 });
    await books.post('2026-02-01', { bank: 60_00, revenue: -60_00 });
    const { kpis } = await dashboard.getDashboard({ fromMonth: '2026-02', toMonth: '2026-03' });
    expect(kpis).toMatchObject({
      revenue: usd(60_00),
      previousRevenue: usd(40_00),
      previousExpense: usd(15_00),
      previousNet: usd(25_00),
      cash: usd(1084_00),
    });
  });

  test('lists expense by account, the largest first, with shares of the whole', async () => {
    const { dashboard, books } = await company();
    await books.post('2026-03-01', { rent: 75_00, bank: -75_00 });
    await books.post('2026-03-02', { software: 25_00, bank: -25_00 });
    const { expenseByCategory } = await dashboard.getDashboard({ fromMonth: '2026-03', toMonth: '2026-03' });
    expect(expenseByCategory).toMatchObject([
      { accountCode: '6050', category: 'Rent', amount: usd(75_00), shareBps: 7500 },
      { accountCode: '6250', category: 'Software', amount: usd(25_00), shareBps: 2500 },
    ]);
  });

  test('is in the organization’s currency unless asked for another, and never converts', async () => {
    const { dashboard, books } = await company();
    await books.post('2026-03-01', { bank: 10_00, revenue: -10_00 });
    await books.post('2026-03-01', { bank: 700, revenue: -700 }, { currency: 'JPY' });
    await books.post('2026-03-02', { bank: 800, revenue: -800 }, { currency: 'JPY' });
    const reply = await dashboard.getDashboard({});
    expect(reply).toMatchObject({ currencyCode: 'USD', availableCurrencies: ['JPY', 'USD'] });
    expect(reply.kpis?.revenue).toMatchObject(usd(10_00));
    expect((await dashboard.getDashboard({ currencyCode: 'JPY' })).kpis?.revenue?.amountMinor).toBe(1500n);
  });

  test('counts as overdue what is open after the due date in the organization’s own time zone', async () => {
    const { dashboard, books } = await company();
    const [late, dueToday, paid] = [newId(), newId(), newId()];
    await books.invoice(late, '2026-03-30', 100_00);
    await books.invoice(dueToday, '2026-03-31', 40_00);
    await books.invoice(paid, '2026-01-01', 20_00);
    for (const [invoiceId, minor] of [
      [late, 100_00],
      [dueToday, 40_00],
      [paid, 20_00],
    ] as const) {
      await books.post('2026-01-05', { receivable: minor, revenue: -minor }, { invoiceId });
    }
    await books.post('2026-02-05', { bank: 20_00, receivable: -20_00 }, { invoiceId: paid });
    await books.post('2026-02-06', { bank: 30_00, receivable: -30_00 }, { invoiceId: late });
    expect((await dashboard.getDashboard({})).kpis).toMatchObject({ overdue: usd(70_00), overdueInvoices: 1 });
    // There it is 1 April already.
    await books.settings('Pacific/Auckland');
    const there = await dashboard.getDashboard({});
    expect(there.kpis).toMatchObject({ overdue: usd(110_00), overdueInvoices: 2, receivables: usd(110_00) });
    expect(there.toMonth).toBe('2026-04');
  });

  test('does not care whether an invoice or its entry arrives first', async () => {
    const { dashboard, books } = await company();
    const invoiceId = newId();
    await books.post('2026-01-05', { receivable: 10_00, revenue: -10_00 }, { invoiceId });
    expect((await dashboard.getDashboard({})).kpis).toMatchObject({ overdue: usd(0), receivables: usd(10_00) });
    await books.invoice(invoiceId, '2026-02-01', 10_00);
    expect((await dashboard.getDashboard({})).kpis).toMatchObject({ overdue: usd(10_00), overdueInvoices: 1 });
  });

  test('equals the trial balance whatever is posted', async () => {
    const names: AccountName[] = ['bank', 'cardClearing', 'receivable', 'taxPayable', 'revenue', 'rent', 'software'];
    const postings = fc.array(
      fc.record({
        month: fc.integer({ min: 1, max: 12 }),
        debit: fc.constantFrom(...names),
        credit: fc.constantFrom(...names),
        minor: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 15 },
    );
    await fc.assert(
      fc.asyncProperty(postings, async (entries) => {
        const { dashboard, books } = await company();
        for (const { month, debit, credit, minor } of entries) {
          if (debit === credit) continue;
          const date = `2025-${String(month).padStart(2, '0')}-15`;
          await books.post(date, { [debit]: minor, [credit]: -minor });
        }
        const { kpis, months } = await dashboard.getDashboard({ fromMonth: '2025-04', toMonth: '2025-09' });
        const [from, to] = ['2025-04', '2025-09'];
        const flow = (name: AccountName) => books.balance(name, to, from);
        expect(kpis?.revenue?.amountMinor).toBe(-flow('revenue'));
        expect(kpis?.expense?.amountMinor).toBe(flow('rent') + flow('software'));
        expect(kpis?.cash?.amountMinor).toBe(books.balance('bank', to) + books.balance('cardClearing', to));
        expect(kpis?.receivables?.amountMinor).toBe(books.balance('receivable', to));
        for (const { month, revenue, cash } of months) {
          expect(revenue?.amountMinor).toBe(-books.balance('revenue', month, month));
          expect(cash?.amountMinor).toBe(books.balance('bank', month) + books.balance('cardClearing', month));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('forgets what is overdue when the due date moves, whichever event comes first', async () => {
    const { dashboard, books } = await company();
    const [moved, early] = [newId(), newId()];
    await books.newDueDate(early, '2026-05-01', '2026-02-01T00:00:00.000Z');
    for (const id of [moved, early]) {
      await books.invoice(id, '2026-01-31', 10_00);
      await books.post('2026-01-05', { receivable: 10_00, revenue: -10_00 }, { invoiceId: id });
    }
    expect((await dashboard.getDashboard({})).kpis).toMatchObject({ overdue: usd(10_00), overdueInvoices: 1 });
    await books.newDueDate(moved, '2026-06-01', '2026-02-02T00:00:00.000Z');
    await books.newDueDate(moved, '2026-01-31', '2026-02-01T00:00:00.000Z');
    expect((await dashboard.getDashboard({})).kpis).toMatchObject({ overdue: usd(0), overdueInvoices: 0 });
  });

  test('shares what was spent, whatever came back', async () => {
    const { dashboard, books } = await company();
    await books.post('2026-03-01', { rent: 3_000_00, bank: -3_000_00 });
    await books.post('2026-03-02', { software: -2_999_99, bank: 2_999_99 });
    const { kpis, expenseByCategory } = await dashboard.getDashboard({ fromMonth: '2026-03', toMonth: '2026-03' });
    expect(kpis?.expense).toMatchObject(usd(1));
    expect(expenseByCategory).toMatchObject([
      { category: 'Rent', amount: usd(3_000_00), shareBps: 10_000 },
      { category: 'Software', amount: usd(-2_999_99), shareBps: 0 },
    ]);
  });

  test('shows sixty months at most, and says from which on', async () => {
    const { dashboard } = await company();
    const { months } = await dashboard.getDashboard({ fromMonth: '2021-04', toMonth: '2026-03' });
    expect(months).toHaveLength(60);
    const refused = dashboard.getDashboard({ fromMonth: '2021-03', toMonth: '2026-03' });
    await expect(refused).rejects.toThrow('from_month: must be 2021-04 or later, for at most 60 months up to 2026-03');
  });

  test('works at both ends of the calendar', async () => {
    const { dashboard, books } = await company();
    await books.post('0001-01-01', { bank: 5, revenue: -5 });
    await books.post('0001-02-01', { bank: 6, revenue: -6 });
    expect(await dashboard.getDashboard({ toMonth: '0001-02' })).toMatchObject({
      fromMonth: '0001-01',
      kpis: { revenue: usd(11), cash: usd(11), previousRevenue: usd(0) },
    });
    expect((await dashboard.getDashboard({ fromMonth: '0001-02', toMonth: '0001-03' })).kpis).toMatchObject({
      revenue: usd(6),
      cash: usd(11),
      previousRevenue: usd(5),
    });
    expect((await dashboard.getDashboard({ toMonth: '9999-12' })).kpis).toMatchObject({ cash: usd(11) });
  });

  test('shows an organization nothing of another', async () => {
    const { books } = await company();
    await books.post('2026-03-01', { bank: 10_00, revenue: -10_00 });
    const { dashboard } = await company();
    const reply = await dashboard.getDashboard({});
    expect(reply.kpis?.revenue?.amountMinor).toBe(0n);
    expect(reply.availableCurrencies).toEqual([]);
  });

  test('refuses what it cannot show, naming the field', async () => {
    const { dashboard } = await company();
    const cases = [
      [{ currencyCode: 'XXQ' }, 'UNKNOWN_CURRENCY', 'currency_code'],
      [{ currencyCode: 'usd' }, 'VALIDATION_FAILED', 'currency_code'],
      [{ fromMonth: '2026-13' }, 'VALIDATION_FAILED', 'from_month'],
      [{ toMonth: '2026-3' }, 'VALIDATION_FAILED', 'to_month'],
      [{ fromMonth: '2026-03', toMonth: '2026-02' }, 'MONTHS_OUT_OF_ORDER', 'from_month'],
      [{ fromMonth: '2020-01', toMonth: '2026-02' }, 'TOO_MANY_MONTHS', 'from_month'],
    ] as const;
    for (const [request, reason, field] of cases) {
      expect(await failureOf(dashboard.getDashboard(request))).toMatchObject({
        code: 'InvalidArgument',
        reason,
        fields: [field],
      });
    }
  });
});
