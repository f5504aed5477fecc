import { type Month, monthFromNumber, monthNumber, monthOf } from './months.ts';

/** What happened on one day or in one month, in minor units; several of one month are added up. */
export interface DatedAmount {
  readonly date: string;
  readonly amountMinor: bigint;
}

export interface MonthlySeries {
  /** Month of the first value; undefined when there is nothing. */
  readonly firstMonth: Month | undefined;
  /** Totals per month in minor units, oldest first. */
  readonly values: readonly number[];
}

/**
 * Adds amounts up by month. A month without movement is a zero, not a gap: nothing was earned or spent in it.
 * Only whole months count, so everything in or after `before` (today's month, or the month a forecast starts in) is left out.
 * @param through last month to fill with zeros, for books that are known to be complete up to then; by default the last month with an amount.
 */
export function monthlySeries(amounts: Iterable<DatedAmount>, before: Month, through?: Month): MonthlySeries {
  const totals = new Map<number, bigint>();
  const end = monthNumber(before);
  for (const { date, amountMinor } of amounts) {
    const month = monthNumber(monthOf(date));
    if (month < end) totals.set(month, (totals.get(month) ?? 0n) + amountMinor);
  }
  if (totals.size === 0) return { firstMonth: undefined, values: [] };
  const months = [...totals.keys()];
  const first = Math.min(...months);
  const last = Math.max(...months, through === undefined ? 0 : Math.min(monthNumber(through), end - 1));
  const values = Array.from({ length: last - first + 1 }, (_, offset) => Number(totals.get(first + offset) ?? 0n));
  return { firstMonth: monthFromNumber(first), values };
}
