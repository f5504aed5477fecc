import type { EntityManager } from 'typeorm';
import { type ForecastType, LONGEST_HISTORY_MONTHS } from '../domain/forecast.ts';
import { type MonthlySeries, monthlySeries } from '../forecasting/monthly-series.ts';
import { FIRST_MONTH, firstDay, type Month, shiftMonth } from '../forecasting/months.ts';
import { flowsByMonth, type MonthFlows } from '../store/ledger-months.ts';
import { organizationOf } from '../store/organizations.ts';

const flowOf: Readonly<Record<ForecastType, (flows: MonthFlows) => bigint>> = {
  revenue: ({ revenueMinor }) => revenueMinor,
  expense: ({ expenseMinor }) => expenseMinor,
  cashflow: ({ cashFlowMinor }) => cashFlowMinor,
};

/**
 * The organization's own history from its books: whole months before `before`, the last ones included when nothing
 * was booked in them, at most `LONGEST_HISTORY_MONTHS`.
 * @param currency '' for the organization's
 */
export async function bookHistory(
  tx: EntityManager,
  forecastType: ForecastType,
  currency: string,
  before: Month,
): Promise<{ series: MonthlySeries; currency: string; source: 'books' }> {
  const known = currency || (await organizationOf(tx)).currency;
  const last = shiftMonth(before, -1);
  const first = shiftMonth(before, -LONGEST_HISTORY_MONTHS) ?? FIRST_MONTH;
  const flows = last ? await flowsByMonth(tx, known, first, last) : [];
  const amounts = flows.map((month) => ({ date: firstDay(month.month), amountMinor: flowOf[forecastType](month) }));
  // Leading zeros are months before this kind of movement began, not months without any.
  const began = amounts.findIndex(({ amountMinor }) => amountMinor !== 0n);
  const series = monthlySeries(began < 0 ? [] : amounts.slice(began), before, last);
  return { series, currency: known, source: 'books' };
}
