import { calendarDate } from '@finflow/chassis/clock';
import { invalidArgument } from '@finflow/chassis/errors';
import { assertCurrency } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import { FIRST_MONTH, type Month, monthNumber, monthOf, monthsBetween, shiftMonth } from '../forecasting/months.ts';
import type { AnalyticsParts } from '../parts.ts';
import {
  type AccountExpense,
  balancesAt,
  currenciesInUse,
  expenseByAccount,
  flowsByMonth,
  lastPostedAt,
  type MonthFlows,
} from '../store/ledger-months.ts';
import { organizationOf } from '../store/organizations.ts';
import { type Overdue, overdueBefore } from '../store/receivables.ts';

export interface DashboardRequest {
  /** '' for eleven months before `toMonth`. */
  readonly fromMonth: Month;
  /** '' for the present month of the organization. */
  readonly toMonth: Month;
  /** '' for the organization's. */
  readonly currency: string;
}

/** Sums of some months, in minor units. */
export interface Totals {
  readonly revenueMinor: bigint;
  readonly expenseMinor: bigint;
}

export interface DashboardMonth extends MonthFlows {
  /** Balance of all cash accounts at the month's end. */
  readonly cashMinor: bigint;
}

export interface Dashboard {
  readonly fromMonth: Month;
  readonly toMonth: Month;
  readonly currency: string;
  readonly current: Totals;
  /** Of as many months just before. */
  readonly previous: Totals;
  /** At the end of `toMonth`. */
  readonly cashMinor: bigint;
  readonly receivablesMinor: bigint;
  /** As known now. */
  readonly overdue: Overdue;
  readonly months: readonly DashboardMonth[];
  readonly expenses: readonly AccountExpense[];
  readonly currencies: readonly string[];
  readonly updatedAt: Date | undefined;
}

const DEFAULT_MONTHS = 12;
const MOST_MONTHS = 60;

/**
 * The figures of some months in one currency. All come from the read model of the journal, so they equal the trial
 * balance: revenue and expense are the movements of those accounts, cash and receivables the balances of the accounts
 * marked so. What is overdue is the open balance, again from the journal, of invoices whose due date has passed.
 *
 * @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY`, `MONTHS_OUT_OF_ORDER`, `TOO_MANY_MONTHS`; UNAVAILABLE
 *   `BOOKS_NOT_OPEN`
 */
export async function getDashboard(
  { database, clock }: Pick<AnalyticsParts, 'database' | 'clock'>,
  organizationId: string,
  request: DashboardRequest,
): Promise<Dashboard> {
  if (request.currency !== '') assertCurrency(request.currency, 'currency_code');
  const read = async (tx: EntityManager): Promise<Dashboard> => {
    const organization = await organizationOf(tx);
    const today = calendarDate(clock.now(), organization.timeZone);
    const [from, to] = range(request, monthOf(today));
    const currencies = await currenciesInUse(tx);
    const currency = request.currency || organization.currency;
    const count = monthNumber(to) - monthNumber(from) + 1;
    const before = shiftMonth(from, -1);
    const opening = before ? await balancesAt(tx, currency, before) : { cashMinor: 0n };
    const earlier = before ? await flowsByMonth(tx, currency, back(before, count - 1), before) : [];
    const { receivablesMinor } = await balancesAt(tx, currency, to);
    const months = runningCash(from, to, await flowsByMonth(tx, currency, from, to), opening.cashMinor);
    return {
      fromMonth: from,
      toMonth: to,
      currency,
      current: total(months),
      previous: total(earlier),
      cashMinor: months.at(-1)?.cashMinor ?? opening.cashMinor,
      receivablesMinor,
      overdue: await overdueBefore(tx, currency, today),
      months,
      expenses: await expenseByAccount(tx, currency, from, to),
      currencies,
      updatedAt: await lastPostedAt(tx),
    };
  };
  // One snapshot: figures of one reply must agree with each other while entries keep coming.
  return await database.tenant(organizationId, read, { isolation: 'REPEATABLE READ' });
}

function range({ fromMonth, toMonth }: DashboardRequest, present: Month): [Month, Month] {
  const to = toMonth || present;
  const from = fromMonth || back(to, DEFAULT_MONTHS - 1);
  const count = monthNumber(to) - monthNumber(from) + 1;
  if (count < 1) throw invalidArgument('MONTHS_OUT_OF_ORDER', 'from_month', `must not be after ${to}`);
  if (count > MOST_MONTHS) {
    const earliest = back(to, MOST_MONTHS - 1);
    const rule = `must be ${earliest} or later, for at most ${MOST_MONTHS} months up to ${to}`;
    throw invalidArgument('TOO_MANY_MONTHS', 'from_month', rule);
  }
  return [from, to];
}

/** The month `count` before, or the first there is. */
function back(month: Month, count: number): Month {
  return shiftMonth(month, -count) ?? FIRST_MONTH;
}

/** Every month of the range, those without entries too, with the cash balance carried through. */
function runningCash(from: Month, to: Month, flows: readonly MonthFlows[], openingMinor: bigint): DashboardMonth[] {
  const byMonth = new Map(flows.map((month) => [month.month, month]));
  let cashMinor = openingMinor;
  return monthsBetween(from, to).map((month) => {
    const found = byMonth.get(month) ?? { month, revenueMinor: 0n, expenseMinor: 0n, cashFlowMinor: 0n };
    cashMinor += found.cashFlowMinor;
    return { ...found, cashMinor };
  });
}

function total(months: readonly MonthFlows[]): Totals {
  return {
    revenueMinor: months.reduce((sum, { revenueMinor }) => sum + revenueMinor, 0n),
    expenseMinor: months.reduce((sum, { expenseMinor }) => sum + expenseMinor, 0n),
  };
}
