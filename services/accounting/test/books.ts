import { expect } from '@jest/globals';
import type { TestAccounting } from './accounting.ts';

/**
 * What must hold of any books at any time: entries sum to zero per currency, every balance is the sum of its lines,
 * every entry was published once, and invoices say what the entries booked for them say.
 */
export async function expectBooksToHold(accounting: TestAccounting, organizationId: string): Promise<void> {
  const [row] = await accounting.asSuperuser(
    `with lines as (select * from journal_lines where organization_id = $1)
     select
       (select count(*) from (select from lines group by entry_id, currency having sum(amount_minor) <> 0) x) as unbalanced,
       (select count(*) from (select from lines group by entry_id having count(*) < 2) x) as short,
       (select count(*) from (
          (select account_id, currency, sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)) from lines group by 1, 2)
          except select account_id, currency, debit_minor, credit_minor from account_balances where organization_id = $1
        ) x) as wrong_balances,
       (select count(*) from account_balances b where organization_id = $1 and not exists (
          select from lines l where l.account_id = b.account_id and l.currency = b.currency)) as idle_balances,
       (select count(*) from journal_entries e where organization_id = $1 and 1 <> (
          select count(*) from outbox o where o.organization_id = $1 and o.topic = 'journal_entry_posted'
            and o.payload ->> 'id' = e.id::text)) as unpublished,
       (select count(*) from invoices i where organization_id = $1 and
          case when status in ('DRAFT', 'CANCELLED') then 0 else total_minor - paid_minor end <> coalesce((
            select sum(l.amount_minor) from journal_entries e
            join lines l on l.entry_id = e.id
            join accounts a on a.organization_id = $1 and a.id = l.account_id and a.is_receivable
            where e.organization_id = $1 and e.invoice_id = i.id and l.currency = i.currency
              and e.source not like 'manual:%'), 0)) as disagreeing_invoices`,
    [organizationId],
  );
  expect(row).toEqual({
    ...{ unbalanced: '0', short: '0', wrong_balances: '0', idle_balances: '0' },
    ...{ unpublished: '0', disagreeing_invoices: '0' },
  });
}
