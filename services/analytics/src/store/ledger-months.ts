import type { EntityManager } from 'typeorm';
import type { Month } from '../forecasting/months.ts';

/** What happened in one month. Flows: revenue and expense above zero as people speak of them, cash as its change. */
export interface MonthFlows {
  readonly month: Month;
  readonly revenueMinor: bigint;
  readonly expenseMinor: bigint;
  readonly cashFlowMinor: bigint;
}

const FLOWS = `
  coalesce(sum(credit_minor - debit_minor) filter (where account_type = 'REVENUE'), 0)::bigint as "revenueMinor",
  coalesce(sum(debit_minor - credit_minor) filter (where account_type = 'EXPENSE'), 0)::bigint as "expenseMinor",
  coalesce(sum(debit_minor - credit_minor) filter (where is_cash), 0)::bigint as "cashFlowMinor"`;

/** The months that have entries, oldest first. */
export async function flowsByMonth(tx: EntityManager, currency: string, from: Month, to: Month): Promise<MonthFlows[]> {
  return await tx.query(
    `select to_char(month, 'YYYY-MM') as month, ${FLOWS} from ledger_months
     where currency = $1 and month between ($2 || '-01')::date and ($3 || '-01')::date group by 1 order by 1`,
    [currency, from, to],
  );
}

/** Debit less credit of balance-sheet accounts through the end of a month. */
export interface Balances {
  readonly cashMinor: bigint;
  readonly receivablesMinor: bigint;
}

export async function balancesAt(tx: EntityManager, currency: string, month: Month): Promise<Balances> {
  const [row]: Balances[] = await tx.query(
    `select coalesce(sum(debit_minor - credit_minor) filter (where is_cash), 0)::bigint as "cashMinor",
            coalesce(sum(debit_minor - credit_minor) filter (where is_receivable), 0)::bigint as "receivablesMinor"
     from ledger_months where currency = $1 and month <= ($2 || '-01')::date and (is_cash or is_receivable)`,
    [currency, month],
  );
  return row ?? { cashMinor: 0n, receivablesMinor: 0n };
}

export interface AccountExpense {
  readonly accountCode: string;
  readonly accountName: string;
  readonly amountMinor: bigint;
}

/** Expense per account, the largest first, under the name the account had last. */
export async function expenseByAccount(
  tx: EntityManager,
  currency: string,
  from: Month,
  to: Month,
): Promise<AccountExpense[]> {
  return await tx.query(
    `select (array_agg(account_code order by month desc))[1] as "accountCode",
            (array_agg(account_name order by month desc))[1] as "accountName",
            sum(debit_minor - credit_minor)::bigint as "amountMinor"
     from ledger_months
     where currency = $1 and month between ($2 || '-01')::date and ($3 || '-01')::date and account_type = 'EXPENSE'
     group by account_id having sum(debit_minor - credit_minor) <> 0 order by 3 desc, 1`,
    [currency, from, to],
  );
}

/** Currencies of the books, the one with most lines first. */
export async function currenciesInUse(tx: EntityManager): Promise<string[]> {
  const rows: { currency: string }[] = await tx.query(
    'select currency from ledger_months group by currency order by sum(lines) desc, currency',
  );
  return rows.map(({ currency }) => currency);
}

/** When the last entry in the read model was posted; undefined when there is none. */
export async function lastPostedAt(tx: EntityManager): Promise<Date | undefined> {
  const [row]: { at: Date }[] = await tx.query('select last_posted_at as at from books');
  return row?.at;
}
