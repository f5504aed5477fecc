import { inject } from '@angular/core';
import { Code } from '@connectrpc/connect';
import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { concatLatestFrom, mapResponse } from '@ngrx/operators';
import { Store } from '@ngrx/store';
import { catchError, EMPTY, exhaustMap, filter, last, map, switchMap, take, takeWhile, timer } from 'rxjs';
import { call } from '../../api/call.ts';
import { toProblem } from '../../api/problem.ts';
import { PaymentClient } from '../../payments/state/clients.ts';
import { PaymentsApiActions } from '../../payments/state/payments.actions.ts';
import { expect } from '../../state/expect.ts';
import { InvoiceClient, LedgerClient } from './clients.ts';
import { InvoicesApiActions, InvoicesPageActions } from './invoices.actions.ts';
import { invoicesFeature } from './invoices.feature.ts';

// An invoice with more payments or entries than this shows the latest ones.
const relatedPageSize = 50;

export const loadPayments = createEffect(
  (actions$ = inject(Actions), payments = inject(PaymentClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.detailOpened, InvoicesApiActions.outdated, InvoicesApiActions.settled),
      map((action) => ('id' in action ? action.id : action.invoice.id)),
      switchMap((invoiceId) =>
        call((options) => payments.listPayments({ invoiceId, pageSize: relatedPageSize }, options)).pipe(
          mapResponse({
            next: (page) => InvoicesApiActions.paymentsLoaded({ payments: page.payments }),
            error: (thrown) => InvoicesApiActions.paymentsFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const loadEntries = createEffect(
  (actions$ = inject(Actions), ledger = inject(LedgerClient)) =>
    actions$.pipe(
      ofType(
        InvoicesPageActions.detailOpened,
        InvoicesApiActions.outdated,
        InvoicesApiActions.issued,
        InvoicesApiActions.cancelled,
        InvoicesApiActions.settled,
      ),
      map((action) => ('id' in action ? action.id : action.invoice.id)),
      switchMap((invoiceId) =>
        call((options) => ledger.listJournalEntries({ invoiceId, pageSize: relatedPageSize }, options)).pipe(
          mapResponse({
            next: (page) => InvoicesApiActions.entriesLoaded({ entries: page.journalEntries }),
            error: (thrown) => InvoicesApiActions.entriesFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const noticeOutdated = createEffect(
  (actions$ = inject(Actions), store = inject(Store)) =>
    actions$.pipe(
      ofType(PaymentsApiActions.chargeFailed, InvoicesApiActions.issueFailed, InvoicesApiActions.cancellationFailed),
      filter(({ problem }) => problem.code === Code.FailedPrecondition),
      concatLatestFrom(() => store.select(invoicesFeature.selectOpen)),
      map(([, { data }]) => data?.id),
      filter((id) => id !== undefined),
      map((id) => InvoicesApiActions.outdated({ id })),
    ),
  { functional: true },
);

// Accounting learns of a payment by its event, milliseconds later, so the invoice is read again until it has.
const firstLookMs = 120;
const lookEveryMs = 400;
const looks = 12;

export const settle = createEffect(
  (actions$ = inject(Actions), store = inject(Store), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(PaymentsApiActions.charged),
      concatLatestFrom(() => store.select(invoicesFeature.selectOpen)),
      filter(([{ payment }, open]) => payment.invoiceId !== '' && payment.invoiceId === open.data?.id),
      switchMap(([{ payment }, open]) =>
        timer(firstLookMs, lookEveryMs).pipe(
          // A decline books nothing: there is nothing to wait for.
          take(payment.status === PaymentStatus.FAILED ? 1 : looks),
          exhaustMap(() => call((options) => invoices.getInvoice({ id: payment.invoiceId }, options))),
          map((reply) => expect(reply.invoice, 'invoice')),
          takeWhile((now) => now.amountPaid?.amountMinor === open.data?.amountPaid?.amountMinor, true),
          last(),
          map((invoice) => InvoicesApiActions.settled({ invoice })),
          // The payment itself went through; the page shows the invoice as it was until it is opened again.
          catchError(() => EMPTY),
        ),
      ),
    ),
  { functional: true },
);
