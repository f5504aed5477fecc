import type { Invoice, ListInvoicesResponse } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import type { JournalEntry } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import type { Payment } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { createActionGroup, emptyProps, props } from '@ngrx/store';
import type { Problem } from '../../api/problem.ts';
import type { InvoiceQuery, WrittenInvoice } from '../invoice.ts';

/** What a person did on the invoice pages. */
export const InvoicesPageActions = createActionGroup({
  source: 'Invoices Page',
  events: {
    'List Opened': props<{ query: InvoiceQuery }>(),
    'Detail Opened': props<{ id: string }>(),
    'Form Opened': emptyProps(),
    'Creation Submitted': props<{ invoice: WrittenInvoice; issue: boolean; requestId: string }>(),
    'Issue Clicked': props<{ id: string; requestId: string }>(),
    'Cancellation Opened': emptyProps(),
    'Cancellation Confirmed': props<{ id: string; reason: string; requestId: string }>(),
  },
});

/** What the accounting and payments services answered. */
export const InvoicesApiActions = createActionGroup({
  source: 'Invoices API',
  events: {
    'List Loaded': props<{ page: ListInvoicesResponse; query: InvoiceQuery }>(),
    'List Failed': props<{ problem: Problem }>(),
    'Invoice Loaded': props<{ invoice: Invoice }>(),
    'Invoice Failed': props<{ problem: Problem }>(),
    'Payments Loaded': props<{ payments: Payment[] }>(),
    'Payments Failed': props<{ problem: Problem }>(),
    'Entries Loaded': props<{ entries: JournalEntry[] }>(),
    'Entries Failed': props<{ problem: Problem }>(),
    Created: props<{ invoice: Invoice }>(),
    'Creation Failed': props<{ problem: Problem }>(),
    Issued: props<{ invoice: Invoice }>(),
    'Issue Failed': props<{ problem: Problem }>(),
    Cancelled: props<{ invoice: Invoice }>(),
    'Cancellation Failed': props<{ problem: Problem }>(),
    /** Something was refused because the open invoice is no longer as it is shown. */
    Outdated: props<{ id: string }>(),
    /** The books followed a payment or refund. */
    Settled: props<{ invoice: Invoice }>(),
  },
});
