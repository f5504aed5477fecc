import type { JsonObject } from '@bufbuild/protobuf';
import type { Company } from './company.ts';
import { withValue } from './json-path.ts';

/** A request that keeps every rule of the contract and is wrong all the same. */
export interface SemanticCase {
  readonly rpc: string;
  readonly what: string;
  readonly change: (request: JsonObject, company: Company) => JsonObject;
  readonly expected: string;
  /** The field the error names; none when no single one is at fault. */
  readonly field?: string;
}

/** The named fields changed; undefined leaves one out. */
const set =
  (values: Record<string, Parameters<typeof withValue>[2]>): SemanticCase['change'] =>
  (request) =>
    Object.entries(values).reduce((changed, [path, value]) => withValue(changed, path, value), request);

const euros = (amountMinor: string) => ({ currencyCode: 'EUR', amountMinor });
const dollars = (amountMinor: string) => ({ currencyCode: 'USD', amountMinor });
const csv = (text: string) => ({ csv: Buffer.from(text).toString('base64') });
const line = (account: string, side: string, amountMinor: string) => ({ account, side, amount: dollars(amountMinor) });
const unbalanced = [line('1000', 'JOURNAL_SIDE_DEBIT', '100'), line('3000', 'JOURNAL_SIDE_CREDIT', '99')];

const register = 'auth.v1.AuthService.Register';
const updateOrganization = 'auth.v1.OrganizationService.UpdateOrganization';
const createPayment = 'payments.v1.PaymentService.CreatePayment';
const refundPayment = 'payments.v1.PaymentService.RefundPayment';
const createInvoice = 'accounting.v1.InvoiceService.CreateInvoice';
const postEntry = 'accounting.v1.LedgerService.PostJournalEntry';
const createAccount = 'accounting.v1.LedgerService.CreateAccount';
const createForecast = 'analytics.v1.ForecastService.CreateForecast';
const importTransactions = 'analytics.v1.CategorizationService.ImportTransactions';
const dashboard = 'analytics.v1.DashboardService.GetDashboard';

const row = (
  rpc: string,
  what: string,
  change: SemanticCase['change'],
  expected: string,
  field?: string,
): SemanticCase => ({ rpc, what, change, expected, field });

const unknownCurrency = 'INVALID_ARGUMENT UNKNOWN_CURRENCY';

export const semanticCases: readonly SemanticCase[] = [
  row(register, 'no such currency', set({ currency_code: 'QQQ' }), unknownCurrency, 'currency_code'),
  row(register, 'no such zone', set({ time_zone: 'Mars/Olympus' }), 'INVALID_ARGUMENT UNKNOWN_TIME_ZONE', 'time_zone'),
  row(
    register,
    'common password',
    set({ password: 'password123' }),
    'INVALID_ARGUMENT PASSWORD_TOO_COMMON',
    'password',
  ),
  row(
    register,
    'email in use, in capitals',
    (request, { session }) => ({ ...request, email: session.email.toUpperCase() }),
    'ALREADY_EXISTS EMAIL_TAKEN',
    'email',
  ),
  row(updateOrganization, 'no such currency', set({ currency_code: 'QQQ' }), unknownCurrency, 'currency_code'),
  row(
    updateOrganization,
    'no such zone',
    set({ time_zone: 'Mars' }),
    'INVALID_ARGUMENT UNKNOWN_TIME_ZONE',
    'time_zone',
  ),

  row(
    createPayment,
    'no such currency',
    set({ 'amount.currency_code': 'QQQ' }),
    unknownCurrency,
    'amount.currency_code',
  ),
  row(
    createPayment,
    'another currency than its invoice',
    set({ amount: euros('10000') }),
    'INVALID_ARGUMENT CURRENCY_MISMATCH',
    'amount.currency_code',
  ),
  row(createPayment, 'no such card', set({ source: 'tok_nothing' }), 'INVALID_ARGUMENT SOURCE_NOT_FOUND', 'source'),
  row(
    refundPayment,
    'another currency than the payment',
    set({ amount: euros('2500') }),
    'INVALID_ARGUMENT CURRENCY_MISMATCH',
    'amount.currency_code',
  ),
  row(
    refundPayment,
    'more than was paid',
    set({ amount: dollars('10001') }),
    'FAILED_PRECONDITION REFUND_EXCEEDS_PAYMENT',
    'amount.amount_minor',
  ),

  row(
    createInvoice,
    'neither amount nor lines',
    set({ amount: undefined, line_items: [] }),
    'INVALID_ARGUMENT AMOUNT_OR_LINE_ITEMS_REQUIRED',
    'amount',
  ),
  row(
    createInvoice,
    'lines of another total',
    set({ amount: dollars('36001') }),
    'INVALID_ARGUMENT AMOUNT_MISMATCH',
    'amount',
  ),
  row(
    createInvoice,
    'lines in another currency',
    set({ 'line_items[].unit_price': euros('20000') }),
    'INVALID_ARGUMENT CURRENCY_MISMATCH',
    'line_items[0].unit_price.currency_code',
  ),
  row(
    createInvoice,
    'no such currency',
    set({ amount: { currencyCode: 'QQQ', amountMinor: '1' }, line_items: [] }),
    unknownCurrency,
    'amount.currency_code',
  ),
  row(
    createInvoice,
    'lines worth nothing',
    set({ amount: undefined, 'line_items[].unit_price': dollars('0') }),
    'INVALID_ARGUMENT AMOUNT_NOT_POSITIVE',
    'line_items',
  ),
  row(
    createInvoice,
    'due before it is issued',
    set({ due_date: '2030-01-30' }),
    'INVALID_ARGUMENT DUE_BEFORE_ISSUE',
    'due_date',
  ),

  row(
    postEntry,
    'accounts without an amount',
    set({ amount: undefined }),
    'INVALID_ARGUMENT AMOUNT_OR_LINES_REQUIRED',
    'amount',
  ),
  row(
    postEntry,
    'debits that are not credits',
    set({ debit_account: undefined, credit_account: undefined, amount: undefined, lines: unbalanced }),
    'INVALID_ARGUMENT ENTRY_NOT_BALANCED',
    'lines',
  ),
  row(
    postEntry,
    'one account twice',
    set({ debit_account: '1000', credit_account: '1000' }),
    'INVALID_ARGUMENT SAME_ACCOUNT',
    'credit_account',
  ),
  row(postEntry, 'no such currency', set({ 'amount.currency_code': 'QQQ' }), unknownCurrency, 'amount.currency_code'),
  row(createAccount, 'code in use', set({ code: '1000' }), 'ALREADY_EXISTS ACCOUNT_CODE_TAKEN', 'code'),
  row(
    createAccount,
    'cash that is no asset',
    set({ type: 'ACCOUNT_TYPE_EXPENSE' }),
    'INVALID_ARGUMENT CASH_ACCOUNT_NOT_ASSET',
    'is_cash',
  ),

  row(
    createForecast,
    'two months of history',
    ({ historicalData, ...rest }) => ({ ...rest, historicalData: (historicalData as JsonObject[]).slice(-2) }),
    'FAILED_PRECONDITION NOT_ENOUGH_HISTORY',
  ),
  row(
    createForecast,
    'history in two currencies',
    set({ 'historical_data[].amount': euros('1') }),
    'INVALID_ARGUMENT CURRENCY_MISMATCH',
    'historical_data[0].amount.currency_code',
  ),
  row(createForecast, 'no such currency', set({ currency_code: 'QQQ' }), unknownCurrency, 'currency_code'),
  row(
    createForecast,
    'history after its start',
    set({ start_date: '2024-06-01' }),
    'INVALID_ARGUMENT HISTORY_AFTER_START',
    'historical_data[17].date',
  ),
  row(
    createForecast,
    'a start years later',
    set({ start_date: '2028-01-01' }),
    'INVALID_ARGUMENT START_TOO_FAR',
    'start_date',
  ),
  row(
    'analytics.v1.CategorizationService.CategorizeTransaction',
    'no such currency',
    set({ 'amount.currency_code': 'QQQ' }),
    unknownCurrency,
    'amount.currency_code',
  ),
  row(
    'analytics.v1.CategorizationService.UpdateTransactionCategory',
    'no such category',
    set({ category: 'unicorns' }),
    'NOT_FOUND CATEGORY_NOT_FOUND',
    'category',
  ),
  row(importTransactions, 'not a table', set(csv('"never closed')), 'INVALID_ARGUMENT CSV_UNREADABLE', 'csv'),
  row(
    importTransactions,
    'no such column',
    set({ 'columns.date': 'fortnight' }),
    'INVALID_ARGUMENT CSV_COLUMN_NOT_FOUND',
    'columns.date',
  ),
  row(importTransactions, 'no such currency', set({ currency_code: 'QQQ' }), unknownCurrency, 'currency_code'),
  row(dashboard, 'no such currency', set({ currency_code: 'QQQ' }), unknownCurrency, 'currency_code'),
  row(
    dashboard,
    'months the wrong way round',
    set({ from_month: '2026-07' }),
    'INVALID_ARGUMENT MONTHS_OUT_OF_ORDER',
    'from_month',
  ),
  row(dashboard, 'sixty-one months', set({ from_month: '2021-06' }), 'INVALID_ARGUMENT TOO_MANY_MONTHS', 'from_month'),
];
