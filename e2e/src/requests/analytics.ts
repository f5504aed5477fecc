import { create, type JsonValue, toJson } from '@bufbuild/protobuf';
import { MoneySchema } from '@finflow/proto/finflow/common/v1/money_pb';
import { history } from '../company.ts';
import { createdRange, money, newRequestId, type Prepares } from './prepare.ts';

const historicalData = history.map(({ date, amount }) => ({
  date,
  amount: toJson(MoneySchema, create(MoneySchema, amount)) as JsonValue,
}));
const transaction = { description: 'City Power and Light', amount: money(-8_000), date: '2026-01-15' };

export const analyticsRequests: Prepares = {
  'ForecastService.CreateForecast': () => ({
    forecastType: 'FORECAST_TYPE_REVENUE',
    startDate: '2025-01-01',
    periods: 6,
    historicalData,
    currencyCode: 'USD',
    requestId: newRequestId(),
  }),
  'ForecastService.GetForecast': async (company) => ({ id: await company.forecast() }),
  'ForecastService.ListForecasts': () => ({
    pageSize: 10,
    orderBy: 'start_date',
    forecastTypes: ['FORECAST_TYPE_CASHFLOW'],
    currencyCode: 'USD',
    ...createdRange,
  }),
  'CategorizationService.CategorizeTransaction': () => ({ ...transaction, requestId: newRequestId() }),
  'CategorizationService.BatchCategorizeTransactions': () => ({
    transactions: [transaction],
    requestId: newRequestId(),
  }),
  'CategorizationService.ImportTransactions': () => ({
    csv: Buffer.from('day;text;in;out;code\n2026-01-15;City Power and Light;;80,00;USD\n').toString('base64'),
    columns: { date: 'day', description: 'text', debit: 'out', credit: 'in', currency: 'code' },
    dateFormat: 'CSV_DATE_FORMAT_YEAR_MONTH_DAY',
    decimalComma: true,
    currencyCode: 'USD',
    requestId: newRequestId(),
  }),
  'CategorizationService.ListTransactions': () => ({
    pageSize: 10,
    orderBy: 'amount',
    categories: ['utilities'],
    needsReview: false,
    decidedBy: 'DECIDED_BY_MODEL',
    query: 'Power',
    currencyCode: 'USD',
    amountMinorMin: '-100000',
    amountMinorMax: '100000',
    dateFrom: '2020-01-01',
    dateTo: '2040-01-01',
  }),
  'CategorizationService.UpdateTransactionCategory': async (company) => ({
    id: await company.transaction(),
    category: 'rent',
    requestId: newRequestId(),
  }),
  'CategorizationService.ListCategories': () => ({ pageSize: 10, orderBy: 'name', kinds: ['CATEGORY_KIND_EXPENSE'] }),
  'DashboardService.GetDashboard': () => ({ fromMonth: '2026-01', toMonth: '2026-06', currencyCode: 'USD' }),
};
