import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { memberOf } from '@finflow/chassis/identity';
import { awaitBooks } from '@finflow/chassis/rpc/await-books';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import {
  DashboardService,
  type GetDashboardResponse,
  GetDashboardResponseSchema,
} from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { AnalyticsParts } from '../parts.ts';
import { type Dashboard, getDashboard } from '../queries/get-dashboard.ts';
import { wireMoney } from './wire.ts';

export function dashboardService(parts: AnalyticsParts): ServedService {
  const served = serve(DashboardService, {
    async getDashboard({ fromMonth, toMonth, currencyCode }, handler) {
      const { organizationId } = memberOf(handler);
      return toWire(await getDashboard(parts, organizationId, { fromMonth, toMonth, currency: currencyCode }));
    },
  });
  return awaitBooks(served);
}

function toWire(dashboard: Dashboard): GetDashboardResponse {
  const { current, previous, currency, updatedAt } = dashboard;
  const amount = (amountMinor: bigint) => wireMoney(currency, amountMinor);
  const spentMinor = dashboard.expenses.reduce((sum, { amountMinor }) => sum + above(amountMinor), 0n);
  return create(GetDashboardResponseSchema, {
    fromMonth: dashboard.fromMonth,
    toMonth: dashboard.toMonth,
    currencyCode: currency,
    kpis: {
      revenue: amount(current.revenueMinor),
      expense: amount(current.expenseMinor),
      net: amount(current.revenueMinor - current.expenseMinor),
      cash: amount(dashboard.cashMinor),
      receivables: amount(dashboard.receivablesMinor),
      overdue: amount(dashboard.overdue.amountMinor),
      overdueInvoices: dashboard.overdue.invoices,
      previousRevenue: amount(previous.revenueMinor),
      previousExpense: amount(previous.expenseMinor),
      previousNet: amount(previous.revenueMinor - previous.expenseMinor),
    },
    months: dashboard.months.map((month) => ({
      month: month.month,
      revenue: amount(month.revenueMinor),
      expense: amount(month.expenseMinor),
      net: amount(month.revenueMinor - month.expenseMinor),
      cash: amount(month.cashMinor),
      cashFlow: amount(month.cashFlowMinor),
    })),
    expenseByCategory: dashboard.expenses.map(({ accountCode, accountName, amountMinor }) => ({
      accountCode,
      category: accountName,
      amount: amount(amountMinor),
      shareBps: shareBps(above(amountMinor), spentMinor),
    })),
    availableCurrencies: [...dashboard.currencies],
    updatedAt: updatedAt && timestampFromDate(updatedAt),
  });
}

/** An account that got back more than was spent on it takes no part in the shares: they would go past the whole. */
function above(amountMinor: bigint): bigint {
  return amountMinor > 0n ? amountMinor : 0n;
}

/** Rounded to the nearest basis point; 0 where there is nothing to have a share of. */
function shareBps(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Math.round((10_000 * Number(part)) / Number(whole));
}
