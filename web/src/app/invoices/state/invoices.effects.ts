import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { mapResponse } from '@ngrx/operators';
import { exhaustMap, from, switchMap, tap } from 'rxjs';
import { call } from '../../api/call.ts';
import { toProblem } from '../../api/problem.ts';
import { expect } from '../../state/expect.ts';
import { Notices } from '../../ui/notices.ts';
import { InvoiceClient } from './clients.ts';
import { InvoicesApiActions, InvoicesPageActions } from './invoices.actions.ts';
import { createRequest, listRequest } from './requests.ts';

export const loadList = createEffect(
  (actions$ = inject(Actions), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.listOpened),
      switchMap(({ query }) =>
        call((options) => invoices.listInvoices(listRequest(query), options)).pipe(
          mapResponse({
            next: (page) => InvoicesApiActions.listLoaded({ page, query }),
            error: (thrown) => InvoicesApiActions.listFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const loadInvoice = createEffect(
  (actions$ = inject(Actions), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.detailOpened, InvoicesApiActions.outdated),
      switchMap(({ id }) =>
        call((options) => invoices.getInvoice({ id }, options)).pipe(
          mapResponse({
            next: ({ invoice }) => InvoicesApiActions.invoiceLoaded({ invoice: expect(invoice, 'invoice') }),
            error: (thrown) => InvoicesApiActions.invoiceFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const create = createEffect(
  (actions$ = inject(Actions), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.creationSubmitted),
      exhaustMap(({ invoice, issue, requestId }) =>
        from(invoices.createInvoice(createRequest(invoice, issue, requestId))).pipe(
          mapResponse({
            next: ({ invoice }) => InvoicesApiActions.created({ invoice: expect(invoice, 'invoice') }),
            error: (thrown) => InvoicesApiActions.creationFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const issue = createEffect(
  (actions$ = inject(Actions), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.issueClicked),
      exhaustMap(({ id, requestId }) =>
        from(invoices.issueInvoice({ id, requestId })).pipe(
          mapResponse({
            next: ({ invoice }) => InvoicesApiActions.issued({ invoice: expect(invoice, 'invoice') }),
            error: (thrown) => InvoicesApiActions.issueFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const cancel = createEffect(
  (actions$ = inject(Actions), invoices = inject(InvoiceClient)) =>
    actions$.pipe(
      ofType(InvoicesPageActions.cancellationConfirmed),
      exhaustMap(({ id, reason, requestId }) =>
        from(invoices.cancelInvoice({ id, reason, requestId })).pipe(
          mapResponse({
            next: ({ invoice }) => InvoicesApiActions.cancelled({ invoice: expect(invoice, 'invoice') }),
            error: (thrown) => InvoicesApiActions.cancellationFailed({ problem: toProblem(thrown) }),
          }),
        ),
      ),
    ),
  { functional: true },
);

export const showCreated = createEffect(
  (actions$ = inject(Actions), router = inject(Router)) =>
    actions$.pipe(
      ofType(InvoicesApiActions.created),
      tap(({ invoice }) => void router.navigate(['/invoices', invoice.id], { replaceUrl: true })),
    ),
  { functional: true, dispatch: false },
);

export const announce = createEffect(
  (actions$ = inject(Actions), notices = inject(Notices)) =>
    actions$.pipe(
      ofType(InvoicesApiActions.created, InvoicesApiActions.issued, InvoicesApiActions.cancelled),
      tap(({ type, invoice: { number, issuedAt } }) => {
        if (type === InvoicesApiActions.cancelled.type) notices.say(`Invoice ${number} cancelled.`);
        else notices.say(issuedAt ? `Invoice ${number} issued.` : `Draft ${number} saved.`);
      }),
    ),
  { functional: true, dispatch: false },
);
