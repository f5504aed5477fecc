import type { DashboardMonth, GetDashboardResponse } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { exponentOf } from '../money/currency.ts';
import type { MoneyValue } from '../money/format.ts';

/** How a figure moved against the period before. */
export interface Change {
  /** In tenths of a percent, exact: 124 is 12.4 %. */
  readonly permille: number;
  readonly direction: 'up' | 'down' | 'level';
}

/** The change from one amount to another; null where nothing can be said, because there was nothing before. */
export function changeBetween(before: MoneyValue | undefined, now: MoneyValue | undefined): Change | null {
  if (!before || !now || before.amountMinor === 0n) return null;
  const size = before.amountMinor < 0n ? -before.amountMinor : before.amountMinor;
  const permille = Number(((now.amountMinor - before.amountMinor) * 1000n) / size);
  return { permille, direction: permille > 0 ? 'up' : permille < 0 ? 'down' : 'level' };
}

/**
 * A place on a chart for an amount, in whole units of the currency. Rounded as any drawing is: figures that are read go
 * through formatMoney.
 */
export function plotted(money: MoneyValue | undefined): number {
  return money ? Number(money.amountMinor) / 10 ** exponentOf(money.currencyCode) : 0;
}

/** Whether anything was ever booked. */
export function isEmpty(dashboard: GetDashboardResponse): boolean {
  return dashboard.updatedAt === undefined;
}

/** How many months there are since cash first moved: what a cash-flow forecast has for a history. */
export function historyMonths(months: readonly DashboardMonth[]): number {
  const began = months.findIndex(({ cashFlow }) => cashFlow !== undefined && cashFlow.amountMinor !== 0n);
  return began < 0 ? 0 : months.length - began;
}

/** Writes the values of a vertical axis short: `$12K`. */
export function shortAxisAmount(currencyCode: string, locale: string): (value: number) => string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currencyCode,
    notation: 'compact',
    maximumFractionDigits: 1,
  });
  return (value) => format.format(value);
}
