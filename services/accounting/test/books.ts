import { expect } from '@jest/globals';
import type { TestAccounting } from './accounting.ts';

/** What must hold of any ledger, psql included: entries sum to zero per currency, balances are the sums of lines. */
export async function expectLedgerToHold({ asSuperuser }: TestAccounting, organizationId: string): Promise<void> {
  const [faults] = await asSuperuser(
    `with lines as (select * from journal_lines where organization_id = $1),
       entries as (select * from journal_entries where organization_id = $1),
       balances as (select * from account_balances where organization_id = $1),
       sums as (
         select account_id, currency, sum(greatest(amount_minor, 0)) as debits, sum(greatest(-amount_minor, 0)) as credits
         from lines group by 1, 2)
     select
       (select count(*) from (
          select from lines group by entry_id, currency having sum(amount_minor) <> 0) x) as unbalanced,
       (select count(*) from entries e where 2 > (select count(*) from lines l where l.entry_id = e.id)) as short,
       (select count(*) from balances b full join sums s using (account_id, currency)
          where (b.debit_minor, b.credit_minor) is distinct from (s.debits, s.credits)) as wrong_balances`,
    [organizationId],
  );
  expect(faults).toEqual({ unbalanced: '0', short: '0', wrong_balances: '0' });
}

/**
 * What must hold of our books at any time: the ledger, every entry published once, and every invoice in agreement with
 * the entries booked for its documents.
 */
export async function expectBooksToHold(accounting: TestAccounting, organizationId: string): Promise<void> {
  await expectLedgerToHold(accounting, organizationId);
  const [faults] = await accounting.asSuperuser(
    `with entries as (select * from journal_entries where organization_id = $1),
       invoiced as (
         select e.invoice_id, l.currency, sum(l.amount_minor) as receivable
         from entries e
         join journal_lines l on l.organization_id = $1 and l.entry_id = e.id
         join accounts a on a.organization_id = $1 and a.id = l.account_id and a.is_receivable
         where e.source not like 'manual:%' group by 1, 2)
     select
       (select count(*) from entries e where 1 <> (
          select count(*) from outbox o where o.organization_id = $1 and o.topic = 'journal_entry_posted'
            and o.payload ->> 'id' = e.id::text)) as unpublished,
       (select count(*) from invoices i left join invoiced b on b.invoice_id = i.id and b.currency = i.currency
          where i.organization_id = $1 and coalesce(b.receivable, 0) <>
            case when i.status in ('DRAFT', 'CANCELLED') then 0 else i.total_minor - i.paid_minor end) as disagreeing`,
    [organizationId],
  );
  expect(faults).toEqual({ unpublished: '0', disagreeing: '0' });
}

/**
 * Puts this much on both sides of every balance there is, as if the largest postings had been made thousands of times:
 * 64 bits end at 9,223,372,036,854,775,807. The balances are not the sums of their lines any more.
 */
export async function fillBalances({ asSuperuser }: TestAccounting, organizationId: string): Promise<void> {
  // One query, hence one session: in it the triggers that keep balances from being written by hand are off.
  await asSuperuser(
    `set session_replication_role = replica;
     update account_balances set debit_minor = 9223372036854775000, credit_minor = 9223372036854775000
     where organization_id = '${organizationId}'`,
  );
}
