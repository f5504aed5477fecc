import type { JournalEntryPosted } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';

/**
 * One statement for the whole entry. Rows are taken in key order, so that two transactions that touch the same months
 * and invoices wait for each other instead of deadlocking.
 */
const APPLY = `
  with line as (
    select * from unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::boolean[], $11::text[],
                         $12::bigint[])
      as l (account_id, account_code, account_name, account_type, is_cash, is_receivable, currency, amount_minor)
  ), months as (
    insert into ledger_months as m (organization_id, currency, month, account_id, account_code, account_name,
                                    account_type, is_cash, is_receivable, debit_minor, credit_minor, lines)
    select $1, currency, date_trunc('month', $2::date)::date, account_id, min(account_code), min(account_name),
           min(account_type), bool_or(is_cash), bool_or(is_receivable),
           sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)), count(*)
    from line group by currency, account_id order by currency, account_id
    on conflict (organization_id, currency, month, account_id) do update
      set debit_minor = m.debit_minor + excluded.debit_minor, credit_minor = m.credit_minor + excluded.credit_minor,
          lines = m.lines + excluded.lines, account_code = excluded.account_code, account_name = excluded.account_name
  ), open as (
    insert into receivables as r (organization_id, invoice_id, currency, balance_minor)
    select $1, $4::uuid, currency, sum(amount_minor) from line
    where is_receivable and $4::uuid is not null group by currency order by currency
    on conflict (organization_id, invoice_id, currency) do update
      set balance_minor = r.balance_minor + excluded.balance_minor
  )
  insert into books as b (organization_id, last_posted_at) values ($1, $3)
  on conflict (organization_id) do update set last_posted_at = greatest(b.last_posted_at, excluded.last_posted_at)`;

/** Adds a posted entry to the read model. The caller makes sure that it happens once. */
export async function applyEntry(tx: EntityManager, entry: JournalEntryPosted): Promise<void> {
  const { lines } = entry;
  await tx.query(APPLY, [
    entry.organizationId,
    entry.date,
    entry.postedAt,
    entry.invoiceId,
    lines.map(({ accountId }) => accountId),
    lines.map(({ accountCode }) => accountCode),
    lines.map(({ accountName }) => accountName),
    lines.map(({ accountType }) => accountType),
    lines.map(({ isCash }) => isCash),
    lines.map(({ isReceivable }) => isReceivable),
    lines.map(({ currency }) => currency),
    lines.map(({ amountMinor }) => String(amountMinor)),
  ]);
}
