import { type Invoice, InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import {
  AccountType,
  type JournalEntry,
  JournalSide,
  LedgerService,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { type Payment, PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import type { History } from './ledger-load.ts';
import type { Session } from './session.ts';

/** What the audit found wrong, a sentence each; empty when everything agrees. */
export type Findings = string[];

/**
 * Holds one company's books against what was acknowledged: nothing lost, nothing doubled, debits equal credits, each
 * invoice agrees with its payments and its entries, and the dashboard with the trial balance.
 */
export async function audit(session: Session, history: History): Promise<Findings> {
  const [invoices, payments, entries] = [
    await allInvoices(session),
    await allPayments(session),
    await allEntries(session),
  ];
  return [
    ...lostOrDoubled(history, invoices, payments, entries),
    ...invoicesDisagreeing(history, invoices, entries),
    ...(await booksDisagreeing(session, entries)),
  ];
}

function lostOrDoubled(history: History, invoices: Invoice[], payments: Payment[], entries: JournalEntry[]): Findings {
  const findings: Findings = [];
  const seen = {
    invoices: new Set(invoices.map(({ id }) => id)),
    payments: new Map(payments.map((one) => [one.id, one])),
    entries: new Set(entries.map(({ id }) => id)),
  };
  for (const id of history.invoices.keys()) if (!seen.invoices.has(id)) findings.push(`invoice ${id} is lost`);
  for (const id of history.entries) if (!seen.entries.has(id)) findings.push(`entry ${id} is lost`);
  for (const [id, { failed, refundedMinor }] of history.payments) {
    const payment = seen.payments.get(id);
    if (!payment) findings.push(`payment ${id} is lost`);
    else if (failed !== (payment.status === PaymentStatus.FAILED)) findings.push(`payment ${id} changed its outcome`);
    else if ((payment.amountRefunded?.amountMinor ?? 0n) < refundedMinor)
      findings.push(`a refund of payment ${id} is lost`);
  }
  const sources = entries.map(({ source }) => source);
  if (new Set(sources).size !== sources.length) findings.push('an event was booked twice');
  // Whoever waits for an answer sends nothing else, so at most the request in hand may be there beyond the history.
  if (invoices.length > history.invoices.size + 1)
    findings.push(`${invoices.length} invoices for ${history.invoices.size} acknowledged`);
  if (payments.length > history.payments.size + 1)
    findings.push(`${payments.length} payments for ${history.payments.size} acknowledged`);
  const byHand = sources.filter((source) => !/^(invoice|payment|refund|cancel|transaction)/.test(source)).length;
  if (byHand > history.entries.size + 1)
    findings.push(`${byHand} entries by hand for ${history.entries.size} acknowledged`);
  return findings;
}

function invoicesDisagreeing(history: History, invoices: Invoice[], entries: JournalEntry[]): Findings {
  const findings: Findings = [];
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
      findings.push(`invoice ${invoice.id}: ${due} due, the books say ${owed}`);
    const acknowledged = paid.get(invoice.id);
    if (acknowledged !== undefined && settled !== acknowledged)
      findings.push(`invoice ${invoice.id}: ${settled} paid, acknowledged ${acknowledged}`);
    if (
      (invoice.status === InvoiceStatus.PAID) !==
      (due === 0n && invoice.status !== InvoiceStatus.DRAFT && invoice.status !== InvoiceStatus.CANCELLED)
    ) {
      findings.push(`invoice ${invoice.id}: status ${invoice.status} with ${due} due`);
    }
  }
  return findings;
}

async function booksDisagreeing(session: Session, entries: JournalEntry[]): Promise<Findings> {
  const findings: Findings = [];
  for (const { id, lines } of entries) {
    const sum = lines.reduce(
      (total, { side, amount }) => total + (side === JournalSide.DEBIT ? 1n : -1n) * (amount?.amountMinor ?? 0n),
      0n,
    );
    if (sum !== 0n || lines.length < 2) findings.push(`entry ${id} does not sum to zero`);
  }
  const balance = await session.client(LedgerService).getTrialBalance({});
  for (const { debit, credit } of balance.totals) {
    if (debit?.amountMinor !== credit?.amountMinor)
      findings.push(`trial balance: debits ${debit?.amountMinor}, credits ${credit?.amountMinor}`);
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
    if (got !== expected) findings.push(`account ${row.accountCode}: balance ${got}, lines ${expected}`);
  }
  const { kpis } = await session.client(DashboardService).getDashboard({});
  const receivable = fromLines.get('1100') ?? 0n;
  if ((kpis?.receivables?.amountMinor ?? 0n) !== receivable)
    findings.push(`dashboard: receivables ${kpis?.receivables?.amountMinor}, books ${receivable}`);
  const revenue = -balance.rows
    .filter(({ accountType }) => accountType === AccountType.REVENUE)
    .reduce((sum, { accountCode }) => sum + (fromLines.get(accountCode) ?? 0n), 0n);
  if ((kpis?.revenue?.amountMinor ?? 0n) !== revenue)
    findings.push(`dashboard: revenue ${kpis?.revenue?.amountMinor}, books ${revenue}`);
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

async function everyPage<T>(page: (token: string) => Promise<[T[], string]>): Promise<T[]> {
  const all: T[] = [];
  let token = '';
  do {
    const [items, next] = await page(token);
    all.push(...items);
    token = next;
  } while (token);
  return all;
}
