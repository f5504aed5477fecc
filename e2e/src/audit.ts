import { type Invoice, InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import {
  AccountType,
  type JournalEntry,
  JournalSide,
  LedgerService,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { type Payment, PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { auditTransactions } from './audit-transactions.ts';
import { everyPage } from './every-page.ts';
import { doubled, type Finding, lost, wrong } from './finding.ts';
import type { History } from './history.ts';
import type { Session } from './session.ts';

/**
 * Holds one company's books against what was acknowledged: nothing lost, nothing doubled, debits equal credits, each
 * invoice agrees with its payments and its entries, each bank transaction with what was decided, and the dashboard with
 * the trial balance. To be asked while the company rests: whatever was sent has been acknowledged.
 *
 * @returns what disagrees; nothing when everything agrees
 */
export async function audit(session: Session, history: History): Promise<Finding[]> {
  const [invoices, payments, entries] = [
    await allInvoices(session),
    await allPayments(session),
    await allEntries(session),
  ];
  return [
    ...lostOrDoubled(history, invoices, payments, entries),
    ...invoicesDisagreeing(history, invoices, entries),
    ...(await auditTransactions(session, history, entries)),
    ...(await booksDisagreeing(session, entries)),
  ];
}

/** Sources of entries that were not posted by hand. */
const BY_EVENTS = /^(invoice|payment|refund|cancel|transaction|reversal)/;

function lostOrDoubled(history: History, invoices: Invoice[], payments: Payment[], entries: JournalEntry[]): Finding[] {
  const findings: Finding[] = [];
  const seen = {
    invoices: new Set(invoices.map(({ id }) => id)),
    payments: new Map(payments.map((one) => [one.id, one])),
    entries: new Set(entries.map(({ id }) => id)),
  };
  for (const id of history.invoices.keys()) if (!seen.invoices.has(id)) findings.push(lost(`invoice ${id} is lost`));
  for (const id of history.entries) if (!seen.entries.has(id)) findings.push(lost(`entry ${id} is lost`));
  for (const [id, { failed, refundedMinor }] of history.payments) {
    const payment = seen.payments.get(id);
    if (!payment) findings.push(lost(`payment ${id} is lost`));
    else if (failed !== (payment.status === PaymentStatus.FAILED))
      findings.push(wrong(`payment ${id} changed its outcome`));
    else {
      const refunded = payment.amountRefunded?.amountMinor ?? 0n;
      if (refunded !== refundedMinor) {
        const kind = refunded < refundedMinor ? lost : doubled;
        findings.push(kind(`payment ${id}: ${refunded} refunded, acknowledged ${refundedMinor}`));
      }
    }
  }
  const sources = entries.map(({ source }) => source);
  if (new Set(sources).size !== sources.length) findings.push(doubled('an event was booked twice'));
  const byHand = sources.filter((source) => !BY_EVENTS.test(source)).length;
  const beyond = (what: string, got: number, acknowledged: number) => {
    if (got > acknowledged) findings.push(doubled(`${got} ${what} for ${acknowledged} acknowledged`));
  };
  beyond('invoices', invoices.length, history.invoices.size);
  beyond('payments', payments.length, history.payments.size);
  beyond('entries by hand', byHand, history.entries.size);
  return findings;
}

function invoicesDisagreeing(history: History, invoices: Invoice[], entries: JournalEntry[]): Finding[] {
  const findings: Finding[] = [];
  const paid = new Map<string, bigint>();
  for (const { invoiceId, amountMinor, refundedMinor, failed } of history.payments.values()) {
    if (!failed) paid.set(invoiceId, (paid.get(invoiceId) ?? 0n) + amountMinor - refundedMinor);
  }
  for (const invoice of invoices) {
    const due = invoice.amountDue?.amountMinor ?? 0n;
    const settled = invoice.amountPaid?.amountMinor ?? 0n;
    // What the books say is owed: the receivable lines of this invoice's entries.
    const owed = entries
      .filter(({ invoiceId }) => invoiceId === invoice.id)
      .flatMap(({ lines }) => lines)
      .filter(({ accountName }) => accountName === 'Accounts receivable')
      .reduce((sum, line) => sum + (line.side === JournalSide.DEBIT ? 1n : -1n) * (line.amount?.amountMinor ?? 0n), 0n);
    if (invoice.status !== InvoiceStatus.DRAFT && owed !== due)
      findings.push(wrong(`invoice ${invoice.id}: ${due} due, the books say ${owed}`));
    const acknowledged = paid.get(invoice.id);
    if (acknowledged !== undefined && settled !== acknowledged)
      findings.push(wrong(`invoice ${invoice.id}: ${settled} paid, acknowledged ${acknowledged}`));
    if (
      (invoice.status === InvoiceStatus.PAID) !==
      (due === 0n && invoice.status !== InvoiceStatus.DRAFT && invoice.status !== InvoiceStatus.CANCELLED)
    ) {
      findings.push(wrong(`invoice ${invoice.id}: status ${invoice.status} with ${due} due`));
    }
  }
  return findings;
}

async function booksDisagreeing(session: Session, entries: JournalEntry[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, lines } of entries) {
    const sum = lines.reduce(
      (total, { side, amount }) => total + (side === JournalSide.DEBIT ? 1n : -1n) * (amount?.amountMinor ?? 0n),
      0n,
    );
    if (sum !== 0n || lines.length < 2) findings.push(wrong(`entry ${id} does not sum to zero`));
  }
  const balance = await session.client(LedgerService).getTrialBalance({});
  for (const { debit, credit } of balance.totals) {
    if (debit?.amountMinor !== credit?.amountMinor)
      findings.push(wrong(`trial balance: debits ${debit?.amountMinor}, credits ${credit?.amountMinor}`));
  }
  const fromLines = new Map<string, bigint>();
  for (const { accountCode, side, amount } of entries.flatMap(({ lines }) => lines)) {
    fromLines.set(
      accountCode,
      (fromLines.get(accountCode) ?? 0n) + (side === JournalSide.DEBIT ? 1n : -1n) * (amount?.amountMinor ?? 0n),
    );
  }
  for (const row of balance.rows) {
    const expected = fromLines.get(row.accountCode) ?? 0n;
    const got = (row.debit?.amountMinor ?? 0n) - (row.credit?.amountMinor ?? 0n);
    if (got !== expected) findings.push(wrong(`account ${row.accountCode}: balance ${got}, lines ${expected}`));
  }
  const { kpis } = await session.client(DashboardService).getDashboard({});
  const receivable = fromLines.get('1100') ?? 0n;
  if ((kpis?.receivables?.amountMinor ?? 0n) !== receivable)
    findings.push(wrong(`dashboard: receivables ${kpis?.receivables?.amountMinor}, books ${receivable}`));
  const revenue = -balance.rows
    .filter(({ accountType }) => accountType === AccountType.REVENUE)
    .reduce((sum, { accountCode }) => sum + (fromLines.get(accountCode) ?? 0n), 0n);
  if ((kpis?.revenue?.amountMinor ?? 0n) !== revenue)
    findings.push(wrong(`dashboard: revenue ${kpis?.revenue?.amountMinor}, books ${revenue}`));
  return findings;
}

async function allInvoices(session: Session): Promise<Invoice[]> {
  const client = session.client(InvoiceService);
  return await everyPage(async (pageToken) => {
    const { invoices, nextPageToken } = await client.listInvoices({ pageSize: 200, pageToken });
    return [invoices, nextPageToken];
  });
}

async function allPayments(session: Session): Promise<Payment[]> {
  const client = session.client(PaymentService);
  return await everyPage(async (pageToken) => {
    const { payments, nextPageToken } = await client.listPayments({ pageSize: 200, pageToken });
    return [payments, nextPageToken];
  });
}

async function allEntries(session: Session): Promise<JournalEntry[]> {
  const client = session.client(LedgerService);
  return await everyPage(async (pageToken) => {
    const { journalEntries, nextPageToken } = await client.listJournalEntries({ pageSize: 200, pageToken });
    return [journalEntries, nextPageToken];
  });
}
