import type { EntityManager } from 'typeorm';

/** What is wrong with one organization's books, in minor units; both are 0 when nothing is. */
export interface BooksState {
  /** By how much debits and credits differ, added up over currencies. */
  readonly imbalanceMinor: bigint;
  /** By how much balances and the journal's lines differ, added up over accounts and currencies, debits and credits. */
  readonly unexplainedMinor: bigint;
}

/** Organizations by id, from the one behind `after`; for `Database.system`. */
export async function organizationsAfter(
  tx: EntityManager,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows: { organization_id: string }[] = await tx.query(
    `select organization_id from organizations where $1::uuid is null or organization_id > $1
     order by organization_id limit $2`,
    [after ?? null, limit],
  );
  return rows.map(({ organization_id }) => organization_id);
}

/**
 * Adds up an organization's journal and holds it against its balances, in its own transaction. One statement sees both at
 * one moment, so postings under way disturb nothing. It reads every line of the organization: 1 s for about a million.
 */
export async function checkBooksOf(tx: EntityManager, organizationId: string): Promise<BooksState> {
  const [row]: { imbalance: string; unexplained: string }[] = await tx.query(
    `with lines as (
       select account_id, currency, sum(greatest(amount_minor, 0)) as debit, sum(greatest(-amount_minor, 0)) as credit
       from journal_lines where organization_id = $1 group by account_id, currency
     ), accounts as (
       select currency, coalesce(b.debit_minor, 0) as debit, coalesce(b.credit_minor, 0) as credit,
         abs(coalesce(b.debit_minor, 0) - coalesce(l.debit, 0))
           + abs(coalesce(b.credit_minor, 0) - coalesce(l.credit, 0)) as unexplained
       from (select * from account_balances where organization_id = $1) b full join lines l using (account_id, currency)
     )
     select (select coalesce(sum(abs(difference)), 0) from (
               select sum(debit) - sum(credit) as difference from accounts group by currency) d)::text as imbalance,
       (select coalesce(sum(unexplained), 0) from accounts)::text as unexplained`,
    [organizationId],
  );
  return { imbalanceMinor: BigInt(row?.imbalance ?? 0), unexplainedMinor: BigInt(row?.unexplained ?? 0) };
}
