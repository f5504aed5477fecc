import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { AccountType, JournalSide, LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import {
  CategorizationService,
  type Category,
  CategoryKind,
} from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Company, usd } from '../src/company.ts';
import { eventually } from '../src/eventually.ts';
import { Platform } from '../src/platform.ts';

let platform: Platform;
let company: Company;

beforeAll(async () => {
  platform = await Platform.start();
  company = await Company.register(platform.url, 'Events', { timeZone: 'Pacific/Kiritimati' });
}, 60_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

async function categories(...kinds: CategoryKind[]): Promise<Category[]> {
  return (await company.session.client(CategorizationService).listCategories({ pageSize: 200, kinds })).categories;
}

/** Brings in an outflow for each category and decides it as a person does; transaction id → category. */
async function decideOnePer(chosen: readonly Category[]): Promise<Map<string, string>> {
  const client = company.session.client(CategorizationService);
  const date = new Date().toISOString().slice(0, 10);
  const { transactions } = await client.batchCategorizeTransactions({
    // Nothing a model could be sure of, so that only the person's decision counts.
    transactions: chosen.map((_, index) => ({
      description: `Reference ${index}`,
      amount: usd(BigInt(-100 - index)),
      date,
    })),
  });
  const decided = new Map<string, string>();
  for (const [index, { id }] of transactions.entries()) {
    const category = chosen[index]!.category;
    await client.updateTransactionCategory({ id, category });
    decided.set(`transaction:${id}`, category);
  }
  return decided;
}

test('each expense category of analytics is booked by accounting on an expense account of its own', async () => {
  const expenses = await categories(CategoryKind.EXPENSE);
  const decided = await decideOnePer(expenses);
  const accounts = await eventually(async () => {
    const { journalEntries } = await company.session
      .client(LedgerService)
      .listJournalEntries({ pageSize: 200, query: 'transaction:' });
    const booked = journalEntries
      .filter(
        ({ source, reversedByEntryId }) =>
          [...decided.keys()].some((key) => source.startsWith(key)) && !reversedByEntryId,
      )
      .flatMap(({ lines }) => lines.filter(({ side }) => side === JournalSide.DEBIT));
    expect(booked).toHaveLength(expenses.length);
    return booked.map(({ accountId }) => accountId);
  });
  expect(new Set(accounts).size).toBe(expenses.length);
  const chart = await company.session
    .client(LedgerService)
    .listAccounts({ pageSize: 200, types: [AccountType.EXPENSE] });
  expect(chart.accounts.map(({ id }) => id)).toEqual(expect.arrayContaining(accounts));

  await eventually(async () => {
    const { expenseByCategory } = await company.session.client(DashboardService).getDashboard({});
    expect(expenseByCategory).toHaveLength(expenses.length);
  });
}, 60_000);

test('each other category is known to accounting and books no expense', async () => {
  const others = await categories(CategoryKind.INCOME, CategoryKind.TRANSFER);
  const decided = await decideOnePer(others);
  // A category accounting does not know would be a poison event: the entry below, after it in line, still comes.
  const [rent] = await decideOnePer((await categories()).filter(({ category }) => category === 'rent'));
  await eventually(async () => {
    const { journalEntries } = await company.session
      .client(LedgerService)
      .listJournalEntries({ pageSize: 200, query: 'transaction:' });
    const sources = journalEntries.map(({ source }) => source);
    expect(sources.some((source) => source.startsWith(rent![0]))).toBe(true);
    const debited = journalEntries
      .filter(({ source }) => [...decided.keys()].some((key) => source.startsWith(key)))
      .flatMap(({ lines }) => lines)
      .filter(({ accountCode }) => accountCode.startsWith('5') || accountCode.startsWith('6'));
    expect(debited).toEqual([]);
  });
});

test('accounting and analytics learn a changed currency and time zone', async () => {
  await company.session
    .client(OrganizationService)
    .updateOrganization({ currencyCode: 'EUR', timeZone: 'Pacific/Pago_Pago' });
  await eventually(async () => {
    const { invoice } = await company.session
      .client(InvoiceService)
      .createInvoice({ client: 'Sunrise', amount: { amountMinor: 100n }, dueDate: '2030-01-31' });
    expect(invoice!.amount!.currencyCode).toBe('EUR');
    expect((await company.session.client(DashboardService).getDashboard({})).currencyCode).toBe('EUR');
  });
});

test('a due date that moves after issuing moves what is overdue on the dashboard', async () => {
  const invoices = company.session.client(InvoiceService);
  const overdue = async () => {
    const { kpis } = await company.session.client(DashboardService).getDashboard({ currencyCode: 'USD' });
    return [kpis?.overdue?.amountMinor, kpis?.overdueInvoices];
  };
  const { invoice } = await invoices.createInvoice({
    client: 'Patience & Sons',
    amount: usd(70_00n),
    dueDate: '2026-01-31',
    issue: true,
  });
  await eventually(async () => expect(await overdue()).toEqual([70_00n, 1]));
  await invoices.updateInvoice({ id: invoice!.id, dueDate: '2100-01-31' });
  await eventually(async () => expect(await overdue()).toEqual([0n, 0]));
});
