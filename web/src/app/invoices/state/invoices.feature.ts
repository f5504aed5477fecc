import type { Invoice, ListInvoicesResponse } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import type { JournalEntry } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import type { Payment } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { createFeature, createReducer, on } from '@ngrx/store';
import {
  failed,
  idle,
  loaded,
  loading,
  type Mutation,
  pending,
  type Remote,
  refused,
  resting,
} from '../../state/remote.ts';
import type { InvoiceQuery } from '../invoice.ts';
import { InvoicesApiActions, InvoicesPageActions } from './invoices.actions.ts';

/** A page of the list, and what it is an answer to: not always what the address bar asks by now. */
export interface InvoicesPage {
  readonly page: ListInvoicesResponse;
  readonly query: InvoiceQuery;
}

export interface InvoicesState {
  readonly list: Remote<InvoicesPage>;
  /** The invoice whose page is open, with what belongs to it. */
  readonly open: Remote<Invoice>;
  readonly payments: Remote<Payment[]>;
  readonly entries: Remote<JournalEntry[]>;
  readonly creation: Mutation & { readonly done: Invoice | null };
  readonly issue: Mutation;
  readonly cancellation: Mutation;
}

const initialState: InvoicesState = {
  list: idle,
  open: idle,
  payments: idle,
  entries: idle,
  creation: { ...resting, done: null },
  issue: resting,
  cancellation: resting,
};

// Another invoice's figures must not be seen even for a moment; the same one's stay while they load again.
function opened(state: InvoicesState, id: string): InvoicesState {
  const kept = state.open.data?.id === id ? state : { ...state, open: idle, payments: idle, entries: idle };
  return {
    ...kept,
    open: loading<Invoice>(kept.open),
    payments: loading<Payment[]>(kept.payments),
    entries: loading<JournalEntry[]>(kept.entries),
    issue: resting,
    cancellation: resting,
  };
}

export const invoicesFeature = createFeature({
  name: 'invoices',
  reducer: createReducer(
    initialState,
    on(InvoicesPageActions.listOpened, (state): InvoicesState => ({ ...state, list: loading(state.list) })),
    on(
      InvoicesApiActions.listLoaded,
      (state, { page, query }): InvoicesState => ({ ...state, list: loaded({ page, query }) }),
    ),
    on(
      InvoicesApiActions.listFailed,
      (state, { problem }): InvoicesState => ({ ...state, list: failed(state.list, problem) }),
    ),

    on(InvoicesPageActions.detailOpened, (state, { id }) => opened(state, id)),
    on(
      InvoicesApiActions.invoiceLoaded,
      InvoicesApiActions.settled,
      (state, { invoice }): InvoicesState => ({ ...state, open: loaded(invoice) }),
    ),
    on(
      InvoicesApiActions.invoiceFailed,
      (state, { problem }): InvoicesState => ({ ...state, open: failed(state.open, problem) }),
    ),
    on(
      InvoicesApiActions.paymentsLoaded,
      (state, { payments }): InvoicesState => ({ ...state, payments: loaded(payments) }),
    ),
    on(
      InvoicesApiActions.paymentsFailed,
      (state, { problem }): InvoicesState => ({ ...state, payments: failed(state.payments, problem) }),
    ),
    on(
      InvoicesApiActions.entriesLoaded,
      (state, { entries }): InvoicesState => ({ ...state, entries: loaded(entries) }),
    ),
    on(
      InvoicesApiActions.entriesFailed,
      (state, { problem }): InvoicesState => ({ ...state, entries: failed(state.entries, problem) }),
    ),

    on(InvoicesPageActions.formOpened, (state): InvoicesState => ({ ...state, creation: initialState.creation })),
    on(
      InvoicesPageActions.creationSubmitted,
      (state): InvoicesState => ({ ...state, creation: { ...pending, done: null } }),
    ),
    on(
      InvoicesApiActions.created,
      (state, { invoice }): InvoicesState => ({
        ...state,
        creation: { ...resting, done: invoice },
        open: loaded(invoice),
      }),
    ),
    on(
      InvoicesApiActions.creationFailed,
      (state, { problem }): InvoicesState => ({ ...state, creation: { ...refused(problem), done: null } }),
    ),

    on(InvoicesPageActions.issueClicked, (state): InvoicesState => ({ ...state, issue: pending })),
    on(
      InvoicesApiActions.issued,
      (state, { invoice }): InvoicesState => ({ ...state, issue: resting, open: loaded(invoice) }),
    ),
    on(InvoicesApiActions.issueFailed, (state, { problem }): InvoicesState => ({ ...state, issue: refused(problem) })),

    on(InvoicesPageActions.cancellationOpened, (state): InvoicesState => ({ ...state, cancellation: resting })),
    on(InvoicesPageActions.cancellationConfirmed, (state): InvoicesState => ({ ...state, cancellation: pending })),
    on(
      InvoicesApiActions.cancelled,
      (state, { invoice }): InvoicesState => ({ ...state, cancellation: resting, open: loaded(invoice) }),
    ),
    on(
      InvoicesApiActions.cancellationFailed,
      (state, { problem }): InvoicesState => ({ ...state, cancellation: refused(problem) }),
    ),
  ),
});
