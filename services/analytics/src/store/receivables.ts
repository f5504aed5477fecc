import type { EntityManager } from 'typeorm';

/** When an invoice is due, and the instant that was said of; the balance comes from the journal. */
export interface DueDate {
  readonly invoiceId: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly dueDateAt: Date;
}

/** Keeps due dates, one an invoice, unless newer ones are there. */
export async function saveDueDates(
  tx: EntityManager,
  organizationId: string,
  dueDates: readonly DueDate[],
): Promise<void> {
  if (dueDates.length === 0) return;
  await tx.query(
    `insert into receivables as r (organization_id, invoice_id, currency, due_date, due_date_at)
     select $1, d.* from unnest($2::uuid[], $3::text[], $4::date[], $5::timestamptz[])
       as d (invoice_id, currency, due_date, due_date_at) order by d.invoice_id
     on conflict (organization_id, invoice_id, currency) do update
       set due_date = excluded.due_date, due_date_at = excluded.due_date_at
       where r.due_date_at is null or r.due_date_at <= excluded.due_date_at`,
    [
      organizationId,
      dueDates.map(({ invoiceId }) => invoiceId),
      dueDates.map(({ currency }) => currency),
      dueDates.map(({ dueDate }) => dueDate),
      dueDates.map(({ dueDateAt }) => dueDateAt.toISOString()),
    ],
  );
}

export interface Overdue {
  readonly amountMinor: bigint;
  readonly invoices: number;
}

/** What is open on invoices due before `today`, the organization's own date. */
export async function overdueBefore(tx: EntityManager, currency: string, today: string): Promise<Overdue> {
  const [row]: Overdue[] = await tx.query(
    `select coalesce(sum(balance_minor), 0)::bigint as "amountMinor", count(*)::int as invoices
     from receivables where currency = $1 and due_date < $2 and balance_minor > 0`,
    [currency, today],
  );
  return row ?? { amountMinor: 0n, invoices: 0 };
}
