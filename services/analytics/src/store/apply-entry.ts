import { prepared } from '@finflow/chassis/database/prepared';
import type { JournalEntryPosted } from '@finflow/proto/events/index';
import type { EntityManager } from 'typeorm';

/** What the read model takes of a posted entry. */
export type LedgerEntry = Pick<JournalEntryPosted, 'id' | 'date' | 'invoiceId' | 'postedAt' | 'lines'>;

/**
 * One statement for any number of entries. Rows are taken in key order, so that two transactions that touch the same
 * months and invoices wait for each other instead of deadlocking. Tables are named without their schema: a rebuild
 * applies the same statement to its shadow of them.
 */
const APPLY = `
  with line as (
    select * from unnest($3::date[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::boolean[],
                         $10::boolean[], $11::text[], $12::bigint[])
      as l (date, invoice_id, account_id, account_code, account_name, account_type, is_cash, is_receivable, currency,
            amount_minor)
  ), months as (
    insert into ledger_months as m (organization_id, currency, month, account_id, account_code, account_name,
                                    account_type, is_cash, is_receivable, debit_minor, credit_minor, lines)
    select $1, currency, date_trunc('month', date)::date as month, account_id, min(account_code), min(account_name),
           min(account_type), bool_or(is_cash), bool_or(is_receivable),
           sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)), count(*)
    from line group by currency, month, account_id order by currency, month, account_id
    on conflict (organization_id, currency, month, account_id) do update
      set debit_minor = m.debit_minor + excluded.debit_minor, credit_minor = m.credit_minor + excluded.credit_minor,
          lines = m.lines + excluded.lines, account_code = excluded.account_code, account_name = excluded.account_name
  ), open as (
    insert into receivables as r (organization_id, invoice_id, currency, balance_minor)
    select $1, invoice_id, currency, sum(amount_minor) from line
    where is_receivable and invoice_id is not null group by invoice_id, currency order by invoice_id, currency
    on conflict (organization_id, invoice_id, currency) do update
      set balance_minor = r.balance_minor + excluded.balance_minor
  )
  insert into books as b (organization_id, last_posted_at) values ($1, $2)
  on conflict (organization_id) do update set last_posted_at = greatest(b.last_posted_at, excluded.last_posted_at)`;

/** Adds posted entries of an organization to the read model. The caller makes sure that it happens once to each. */
export async function applyEntries(
  tx: EntityManager,
  organizationId: string,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const lines = entries.flatMap(({ date, invoiceId, lines }) => lines.map((line) => ({ ...line, date, invoiceId })));
  await prepared(tx, 'apply-entries', APPLY, [
    organizationId,
    entries
      .map(({ postedAt }) => postedAt)
      .sort()
      .at(-1),
    lines.map(({ date }) => date),
    lines.map(({ invoiceId }) => invoiceId),
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
