import type { AccountingParts, Actor } from '../parts.ts';
import { type AccountBalance, allBalances, type Balance, balancesAsOf } from '../store/balances.ts';

export interface TrialBalance {
  readonly rows: readonly AccountBalance[];
  /** One for each currency, by currency. */
  readonly totals: readonly Balance[];
}

/**
 * What every account was debited and credited.
 *
 * @param asOf entries dated later do not count; empty: all count, and the running balances answer
 */
export async function getTrialBalance(
  { database }: AccountingParts,
  actor: Actor,
  asOf: string,
): Promise<TrialBalance> {
  const rows = await database.tenant(actor.organizationId, (tx) =>
    asOf === '' ? allBalances(tx) : balancesAsOf(tx, asOf),
  );
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  const totals = [...byCurrency].map(([currency, balances]) => ({
    currency,
    debitMinor: balances.reduce((sum, { debitMinor }) => sum + debitMinor, 0n),
    creditMinor: balances.reduce((sum, { creditMinor }) => sum + creditMinor, 0n),
  }));
  return { rows, totals: totals.sort((a, b) => (a.currency < b.currency ? -1 : 1)) };
}
