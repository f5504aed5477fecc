import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { eventually } from './eventually.ts';
import type { Session } from './session.ts';

/** Waits until the events of what was done so far have been applied: payments booked, entries on the dashboard. */
export async function settled(session: Session): Promise<void> {
  await eventually(async () => {
    const { payments } = await session.client(PaymentService).listPayments({ pageSize: 200 });
    const { journalEntries } = await session.client(LedgerService).listJournalEntries({ pageSize: 200 });
    const sources = new Set(journalEntries.map(({ source }) => source));
    const paid = payments.filter(({ status }) => status === PaymentStatus.COMPLETED);
    const missing = paid.filter(({ id }) => !sources.has(`payment:${id}`));
    if (missing.length > 0) throw new Error(`${missing.length} payments are not in the books`);

    const { invoices } = await session.client(InvoiceService).listInvoices({ pageSize: 200 });
    const owed = invoices.reduce((sum, { amountDue }) => sum + (amountDue?.amountMinor ?? 0n), 0n);
    const { kpis } = await session.client(DashboardService).getDashboard({ toMonth: '2031-01' });
    if (kpis?.receivables?.amountMinor !== owed)
      throw new Error(`the dashboard shows ${kpis?.receivables?.amountMinor} receivable, the invoices ${owed}`);
  });
}
