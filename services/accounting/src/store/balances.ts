import type { EntityManager } from 'typeorm';
import type { AccountType } from '../domain/account.ts';

/** What an account was debited and credited in one currency, in minor units. */
export interface Balance {
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** Running balances of these accounts, by currency; an account never used is missing. */
export async function balancesOf(tx: EntityManager, accountIds: readonly string[]): Promise<Map<string, Balance[]>> {
  const rows: (Balance & { accountId: string })[] = await tx.query(
    `select account_id as "accountId", currency, debit_minor as "debitMinor", credit_minor as "creditMinor"
     from account_balances where account_id = any($1::uuid[]) order by account_id, currency`,
    [accountIds],
  );
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** A balance and whose it is. */
export interface AccountBalance extends Balance {
  readonly accountId: string;
  readonly accountCode: string;
  readonly accountName: string;
  readonly accountType: AccountType;
}

const ACCOUNT = `a.id as "accountId", a.code as "accountCode", a.name as "accountName", a.type as "accountType"`;

/** All running balances: what the journal's trigger keeps. By code, then currency. */
export async function allBalances(tx: EntityManager): Promise<AccountBalance[]> {
  return await tx.query(
    `select ${ACCOUNT}, b.currency, b.debit_minor as "debitMinor", b.credit_minor as "creditMinor"
     from account_balances b join accounts a on a.organization_id = b.organization_id and a.id = b.account_id
     order by a.code, b.currency`,
  );
}

/** The same summed up from the lines of entries dated up to and including a day. */
export async function balancesAsOf(tx: EntityManager, date: string): Promise<AccountBalance[]> {
  return await tx.query(
    `select ${ACCOUNT}, t.currency, t.debit_minor as "debitMinor", t.credit_minor as "creditMinor"
     from (
       select l.organization_id, l.account_id, l.currency,
              sum(greatest(l.amount_minor, 0))::bigint as debit_minor,
              sum(greatest(-l.amount_minor, 0))::bigint as credit_minor
       from journal_entries e
       join journal_lines l on l.organization_id = e.organization_id and l.entry_id = e.id
       where e.date <= $1
       group by l.organization_id, l.account_id, l.currency
     ) t
     join accounts a on a.organization_id = t.organization_id and a.id = t.account_id
     order by a.code, t.currency`,
    [date],
  );
}
