import { failureOf } from '@finflow/chassis/testing/failure';
import type { ImportResult } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { CsvDateFormat } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Analytics, type Tenant } from '../support/analytics.ts';
import { Books } from '../support/books.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

interface Import {
  readonly progress: [number, number][];
  readonly result: ImportResult | undefined;
}

async function run({ categorization }: Tenant, csv: string | Uint8Array, options: object = {}): Promise<Import> {
  const progress: [number, number][] = [];
  let result: ImportResult | undefined;
  const bytes = typeof csv === 'string' ? new TextEncoder().encode(csv) : csv;
  for await (const { event } of categorization.importTransactions({ csv: bytes, ...options })) {
    if (event.case === 'progress') progress.push([event.value.rowsDone, event.value.rowsTotal]);
    if (event.case === 'result') result = event.value;
  }
  return { progress, result };
}

const STATEMENT = `date,description,amount
2026-03-01,"Office rent, March",-1200.00
2026-03-02,Starbucks,-4.50
2026-03-02,Starbucks,-4.50
2026-03-03,Customer payment invoice 17,"2,500.00"
`;

describe('ImportTransactions', () => {
  test('keeps each row with a category, shows how far it is, and publishes them', async () => {
    const tenant = await analytics.tenant();
    const { progress, result } = await run(tenant, STATEMENT);
    expect(progress).toEqual([
      [0, 4],
      [4, 4],
    ]);
    expect(result).toMatchObject({ rowsTotal: 4, imported: 4, skippedDuplicates: 0, needsReview: 0, errorCount: 0 });
    const { transactions } = await tenant.categorization.listTransactions({ orderBy: 'date' });
    expect(transactions.map(({ category, amount }) => [category, amount?.amountMinor])).toEqual([
      ['rent', -1200_00n],
      ['meals', -4_50n],
      ['meals', -4_50n],
      ['sales_income', 2500_00n],
    ]);
    expect(await analytics.categorized(tenant.organizationId)).toHaveLength(4);
  });

  test('recognizes a file imported before, and keeps two equal payments of one file', async () => {
    const tenant = await analytics.tenant();
    await run(tenant, STATEMENT);
    const { result } = await run(tenant, STATEMENT);
    expect(result).toMatchObject({ rowsTotal: 4, imported: 0, skippedDuplicates: 4 });
    const overlapping = `${STATEMENT}2026-03-02,Starbucks,-4.50\n2026-03-04,Uber trip,-20\n`;
    expect((await run(tenant, overlapping)).result).toMatchObject({ imported: 2, skippedDuplicates: 4 });
    expect((await tenant.categorization.listTransactions({})).totalSize).toBe(6);
    expect(await analytics.categorized(tenant.organizationId)).toHaveLength(6);
  });

  test('keeps each row once when the same file is imported twice at the same time', async () => {
    const tenant = await analytics.tenant();
    const results = await Promise.all([run(tenant, STATEMENT), run(tenant, STATEMENT)]);
    expect(results.map(({ result }) => result?.imported).sort()).toEqual([0, 4]);
    expect((await tenant.categorization.listTransactions({})).totalSize).toBe(4);
  });

  test('keeps the same file apart for two organizations', async () => {
    const [one, other] = [await analytics.tenant(), await analytics.tenant()];
    await run(one, STATEMENT);
    expect((await run(other, STATEMENT)).result?.imported).toBe(4);
  });

  test('reads a European file: semicolons, day first, decimal comma, debit and credit columns', async () => {
    const tenant = await analytics.tenant();
    const csv =
      'Buchung;Text;Soll;Haben;Währung\n31.03.2026;Strom Abschlag;1.234,56;;EUR\n1.4.26;Zahlung Kunde;;99,00;CHF\n';
    const { result } = await run(tenant, csv, {
      columns: { date: 'buchung', description: '2', debit: 'Soll', credit: 'Haben', currency: 'Währung' },
      dateFormat: CsvDateFormat.DAY_MONTH_YEAR,
      decimalComma: true,
    });
    expect(result).toMatchObject({ imported: 2, errorCount: 0 });
    const { transactions } = await tenant.categorization.listTransactions({ orderBy: 'date' });
    expect(transactions).toMatchObject([
      { date: '2026-03-31', amount: { currencyCode: 'EUR', amountMinor: -1234_56n } },
      { date: '2026-04-01', amount: { currencyCode: 'CHF', amountMinor: 99_00n } },
    ]);
  });

  test('takes rows without a currency to be in the organization’s', async () => {
    const tenant = await analytics.tenant();
    await new Books(analytics.bus, tenant.organizationId).settings('UTC', undefined, 'JPY');
    const { result } = await run(tenant, 'date,description,amount\n2026-03-01,Rent,-900\n2026-03-01,Rent,-9.50\n');
    expect(result).toMatchObject({ imported: 1, errorCount: 1 });
    const [transaction] = (await tenant.categorization.listTransactions({})).transactions;
    expect(transaction?.amount).toMatchObject({ currencyCode: 'JPY', amountMinor: -900n });
  });

  test('reports rows that cannot be read by number and column, and keeps the others', async () => {
    const tenant = await analytics.tenant();
    const csv = `date,description,amount
2026-02-30,Rent,-1
2026-03-01,,-1

2026-03-01,Rent,-1.234
2026-03-01,Rent
2026-03-01,Rent,-1
`;
    const { result } = await run(tenant, csv);
    expect(result).toMatchObject({ rowsTotal: 5, imported: 1, errorCount: 4 });
    expect(result?.errors).toMatchObject([
      { row: 2, column: 'date', description: 'must be a date such as 2026-03-31' },
      { row: 3, column: 'description', description: 'must not be empty' },
      { row: 5, column: 'amount', description: 'must have at most 2 decimal digits in USD' },
      { row: 6, column: '', description: 'must have 3 columns as the header has, not 2' },
    ]);
  });

  test('shows the first hundred errors and counts all', async () => {
    const tenant = await analytics.tenant();
    const { result } = await run(tenant, `date,description,amount\n${'never,Rent,-1\n'.repeat(150)}`);
    expect(result).toMatchObject({ rowsTotal: 150, imported: 0, errorCount: 150 });
    expect(result?.errors).toHaveLength(100);
  });

  test('shows progress along a long file', async () => {
    const tenant = await analytics.tenant();
    const rows = Array.from({ length: 1200 }, (_, index) => `2026-01-01,Shop ${index} rent,-${index + 1}.00`);
    const { progress, result } = await run(tenant, `date,description,amount\n${rows.join('\n')}\n`);
    expect(progress).toEqual([
      [0, 1200],
      [500, 1200],
      [1000, 1200],
      [1200, 1200],
    ]);
    expect(result?.imported).toBe(1200);
    expect(await analytics.categorized(tenant.organizationId)).toHaveLength(1200);
  });

  test('gives a repeated request id its first result', async () => {
    const tenant = await analytics.tenant();
    const first = await run(tenant, STATEMENT, { requestId: 'file-1' });
    expect((await run(tenant, STATEMENT, { requestId: 'file-1' })).result).toEqual(first.result);
    expect(first.result?.imported).toBe(4);
  });

  test('stores nothing of a file that cannot be read, saying what is wrong with it', async () => {
    const tenant = await analytics.tenant();
    const rows = (count: number) => `date,description,amount\n${'2026-03-01,Rent,-1\n'.repeat(count)}`;
    const cases = [
      [new Uint8Array(0), {}, 'VALIDATION_FAILED', 'csv'],
      [new Uint8Array(1_000_001), {}, 'VALIDATION_FAILED', 'csv'],
      [new Uint8Array([0xff, 0xfe, 0x41]), {}, 'CSV_UNREADABLE', 'csv'],
      ['date,description,amount\n2026-03-01,"Rent,-1\n', {}, 'CSV_UNREADABLE', 'csv'],
      ['when,what,much\n', {}, 'CSV_COLUMN_NOT_FOUND', 'columns.date'],
      [rows(1), { columns: { amount: 'Betrag' } }, 'CSV_COLUMN_NOT_FOUND', 'columns.amount'],
      [rows(1), { columns: { credit: '9' } }, 'CSV_COLUMN_NOT_FOUND', 'columns.credit'],
      [rows(20_001), {}, 'CSV_TOO_MANY_ROWS', 'csv'],
      [rows(1), { currencyCode: 'ZZZ' }, 'UNKNOWN_CURRENCY', 'currency_code'],
      [rows(1), { dateFormat: 9 as CsvDateFormat }, 'VALIDATION_FAILED', 'date_format'],
      [rows(1), { columns: { date: 'x'.repeat(101) } }, 'VALIDATION_FAILED', 'columns.date'],
      [rows(1), { requestId: 'x'.repeat(129) }, 'VALIDATION_FAILED', 'request_id'],
    ] as const;
    for (const [csv, options, reason, field] of cases) {
      expect(await failureOf(run(tenant, csv, options))).toMatchObject({
        code: 'InvalidArgument',
        reason,
        fields: [field],
      });
    }
    expect((await tenant.categorization.listTransactions({})).totalSize).toBe(0);
  });
});
