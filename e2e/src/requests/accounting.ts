import type { JsonObject } from '@bufbuild/protobuf';
import { amountRange, money, newRequestId, type Prepares } from './prepare.ts';

// 1.5 × 200.00 and 20 % tax on it.
const invoice = {
  client: 'Alder & Quill',
  clientEmail: 'books@alder.example',
  amount: money(36_000),
  dueDate: '2030-02-28',
  issueDate: '2030-01-31',
  lineItems: [{ description: 'Consulting', quantityMilli: '1500', unitPrice: money(20_000), taxRateBps: 2_000 }],
  notes: 'Thank you.\nSee you soon.',
};
const newNumber = () => `AQ-${crypto.randomUUID()}`;
const line = (account: string, side: string) => ({ account, side, amount: money(700), memo: 'Paid in' });

export const accountingRequests: Prepares = {
  'InvoiceService.CreateInvoice': () => ({ ...invoice, number: newNumber(), issue: true, requestId: newRequestId() }),
  'InvoiceService.UpdateInvoice': async (company) => ({
    ...invoice,
    id: await company.draft(),
    number: newNumber(),
    requestId: newRequestId(),
  }),
  'InvoiceService.IssueInvoice': async (company) => ({ id: await company.draft(), requestId: newRequestId() }),
  'InvoiceService.CancelInvoice': async (company) => ({
    id: await company.invoice(),
    reason: 'Ordered twice',
    requestId: newRequestId(),
  }),
  'InvoiceService.GetInvoice': async (company) => ({ id: await company.invoice() }),
  'InvoiceService.ListInvoices': () => ({
    pageSize: 10,
    orderBy: 'due_date desc',
    statuses: ['INVOICE_STATUS_PENDING'],
    query: 'Alder',
    ...amountRange,
    dueDateFrom: '2020-01-01',
    dueDateTo: '2040-01-01',
    issueDateFrom: '2020-01-01',
    issueDateTo: '2040-01-01',
  }),
  'LedgerService.CreateAccount': () => ({
    code: `A${crypto.randomUUID().slice(0, 8)}`,
    name: 'Petty cash',
    type: 'ACCOUNT_TYPE_ASSET',
    isCash: true,
    description: 'The box in the office',
    requestId: newRequestId(),
  }),
  'LedgerService.ListAccounts': () => ({
    pageSize: 10,
    orderBy: 'name',
    types: ['ACCOUNT_TYPE_ASSET'],
    query: 'Bank',
    includeClosed: true,
  }),
  'LedgerService.PostJournalEntry': async (company) => {
    const { bank, equity } = await company.accounts();
    const invoiceId = await company.invoice();
    const common = () => ({ date: '2026-01-31', description: 'Paid in', invoiceId, requestId: newRequestId() });
    return [
      { debitAccount: bank, creditAccount: equity, amount: money(700), ...common() },
      { lines: [line(bank, 'JOURNAL_SIDE_DEBIT'), line(equity, 'JOURNAL_SIDE_CREDIT')], ...common() },
    ];
  },
  'LedgerService.ReverseJournalEntry': async (company) => ({
    id: await company.entry(),
    date: '2026-02-28',
    description: 'Wrong account',
    requestId: newRequestId(),
  }),
  'LedgerService.GetJournalEntry': async (company) => ({ id: await company.entry() }),
  'LedgerService.ListJournalEntries': async (company) => ({
    pageSize: 10,
    orderBy: 'date',
    account: (await company.accounts()).bank,
    invoiceId: await company.invoice(),
    query: 'Paid',
    dateFrom: '2020-01-01',
    dateTo: '2040-01-01',
  }),
  'LedgerService.ExportJournal': async (company) => {
    const { organizationId } = company.session;
    const named: JsonObject = { entryIds: [await company.entry()], invoiceIds: [await company.invoice()] };
    return [{ organizationId, ...named }, { organizationId }];
  },
  'LedgerService.GetTrialBalance': () => ({ asOf: '2030-12-31' }),
};
