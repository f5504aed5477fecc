import type { EntityManager } from 'typeorm';

/** When an invoice is due; the balance comes from the journal. */
export interface DueDate {
  readonly invoiceId: string;
  readonly currency: string;
  readonly dueDate: string;
}

/** Keeps a due date, unless a newer one is there. */
export async function saveDueDate(
  tx: EntityManager,
  organizationId: string,
  { invoiceId, currency, dueDate }: DueDate,
  dueDateAt: Date,
): Promise<void> {
  await tx.query(
    `insert into receivables as r (organization_id, invoice_id, currency, due_date, due_date_at)
     values ($1, $2, $3, $4, $5)
     on conflict (organization_id, invoice_id, currency) do update
       set due_date = excluded.due_date, due_date_at = excluded.due_date_at
       where r.due_date_at is null or r.due_date_at <= excluded.due_date_at`,
    [organizationId, invoiceId, currency, dueDate, dueDateAt],
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
