import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { RouterLink } from '@angular/router';
import { Code } from '@connectrpc/connect';
import { type Invoice, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { Store } from '@ngrx/store';
import { Intent } from '../../api/intent.ts';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { CalendarDatePipe, InstantPipe } from '../../dates/date.pipes.ts';
import { LOCALE } from '../../i18n/locale.ts';
import { formatQuantity, formatRate, isPositive, type MoneyValue } from '../../money/format.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import type { ChargeDialog } from '../../payments/charge/charge-dialog.ts';
import { Button } from '../../ui/button.ts';
import { Dialogs } from '../../ui/dialogs.ts';
import { EmptyState } from '../../ui/empty-state.ts';
import { Icon } from '../../ui/icon/icon.ts';
import { PageHeader } from '../../ui/page-header.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { Skeleton } from '../../ui/skeleton.ts';
import { StatusChip } from '../../ui/status-chip.ts';
import { isCancellable, isPayable, showStatus } from '../invoice.ts';
import { InvoicesPageActions } from '../state/invoices.actions.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';
import { InvoiceEntries } from './invoice-entries.ts';
import { InvoicePayments } from './invoice-payments.ts';

@Component({
  selector: 'ff-invoice-detail',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    CalendarDatePipe,
    EmptyState,
    Icon,
    InstantPipe,
    InvoiceEntries,
    InvoicePayments,
    MatCardModule,
    MoneyPipe,
    PageHeader,
    ProblemPanel,
    RouterLink,
    Skeleton,
    StatusChip,
  ],
  templateUrl: './invoice-detail.html',
  styleUrl: './invoice-detail.scss',
})
export class InvoiceDetail {
  private readonly store = inject(Store);
  private readonly dialogs = inject(Dialogs);
  private readonly locale = inject(LOCALE);
  private readonly issueIntent = new Intent();

  /** UUID of the invoice, bound by the router. */
  readonly id = input.required<string>();

  protected readonly isPositive = isPositive;
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly open = this.store.selectSignal(invoicesFeature.selectOpen);
  protected readonly payments = this.store.selectSignal(invoicesFeature.selectPayments);
  protected readonly entries = this.store.selectSignal(invoicesFeature.selectEntries);
  protected readonly issue = this.store.selectSignal(invoicesFeature.selectIssue);

  // An invoice that is not the one in the address (the one before, until this one is here) is not shown.
  protected readonly invoice = computed(() => {
    const { data } = this.open();
    return data?.id === this.id() ? data : null;
  });
  // A mistyped id is no UUID, which the service calls a bad request; for the reader both mean the same.
  protected readonly missing = computed(() => {
    const code = this.open().problem?.code;
    return code === Code.NotFound || code === Code.InvalidArgument;
  });
  protected readonly status = computed(() => showStatus(this.invoice()?.status ?? InvoiceStatus.UNSPECIFIED));
  protected readonly draft = computed(() => this.invoice()?.status === InvoiceStatus.DRAFT);
  protected readonly standing = computed(() => standingOf(this.invoice()));
  protected readonly issuable = computed(() => this.may(({ status }) => status === InvoiceStatus.DRAFT));
  protected readonly payable = computed(() => this.may(isPayable));
  protected readonly cancellable = computed(() => this.may(isCancellable));

  constructor() {
    effect(() => {
      // Another invoice is another intent.
      this.issueIntent.renew();
      this.load(this.id());
    });
  }

  protected load(id: string): void {
    this.store.dispatch(InvoicesPageActions.detailOpened({ id }));
  }

  protected quantity(milli: bigint): string {
    // The contract's zero stands for one.
    return formatQuantity(milli === 0n ? 1000n : milli, this.locale);
  }

  protected rate(basisPoints: number): string {
    return formatRate(basisPoints, this.locale);
  }

  protected issueNow({ id }: Invoice): void {
    const requestId = this.issueIntent.attempt(this.issue().problem);
    this.store.dispatch(InvoicesPageActions.issueClicked({ id, requestId }));
  }

  protected takePayment(invoice: Invoice): void {
    const load = () => import('../../payments/charge/charge-dialog.ts').then((m) => m.ChargeDialog);
    void this.dialogs.open<ChargeDialog, Invoice, void>(load, invoice);
  }

  protected cancel(invoice: Invoice): void {
    void this.dialogs.open(() => import('./cancel-dialog.ts').then((m) => m.CancelDialog), invoice);
  }

  // Whether the invoice is here, the person may act on it, and its state allows this.
  private may(rule: (invoice: Invoice) => boolean): boolean {
    const invoice = this.invoice();
    return invoice !== null && this.canOperate() && rule(invoice);
  }
}

/** The one amount that matters about an invoice now. */
function standingOf(invoice: Invoice | null): { caption: string; amount: MoneyValue | undefined } {
  switch (invoice?.status) {
    case InvoiceStatus.DRAFT:
      return { caption: 'Total, not issued yet', amount: invoice.amount };
    case InvoiceStatus.PAID:
      return { caption: 'Paid in full', amount: invoice.amount };
    case InvoiceStatus.CANCELLED:
      return { caption: 'Cancelled', amount: invoice.amount };
    default:
      return { caption: 'Still open', amount: invoice?.amountDue };
  }
}
