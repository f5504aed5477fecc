import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSortModule } from '@angular/material/sort';
import { RouterLink } from '@angular/router';
import type { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { InstantPipe } from '../../dates/date.pipes.ts';
import { FilterChips } from '../../listing/filter-chips.ts';
import { ListPage } from '../../listing/list-page.ts';
import { Pager } from '../../listing/pager.ts';
import { SearchField } from '../../listing/search-field.ts';
import { TableSkeleton } from '../../listing/table-skeleton.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { Button } from '../../ui/button.ts';
import { Dialogs } from '../../ui/dialogs.ts';
import { EmptyState } from '../../ui/empty-state.ts';
import { PageHeader } from '../../ui/page-header.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { StatusChip } from '../../ui/status-chip.ts';
import { type PaymentQuery, paymentStatuses, showCard, showPaymentStatus, showPurpose } from '../payment.ts';
import { PaymentsPageActions } from '../state/payments.actions.ts';
import { paymentsFeature } from '../state/payments.feature.ts';

/** The organization's payments. */
@Component({
  selector: 'ff-payments-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    EmptyState,
    FilterChips,
    InstantPipe,
    MatButton,
    MatSortModule,
    MoneyPipe,
    PageHeader,
    Pager,
    ProblemPanel,
    RouterLink,
    SearchField,
    StatusChip,
    TableSkeleton,
  ],
  templateUrl: './payments-list.html',
  styleUrls: ['../../listing/list.scss', './payments-list.scss'],
})
export class PaymentsList extends ListPage<PaymentStatus> {
  private readonly dialogs = inject(Dialogs);
  protected readonly statuses = paymentStatuses;
  protected readonly columns = ['created_at', 'amount', 'status'];
  protected readonly showStatus = showPaymentStatus;
  protected readonly showCard = showCard;
  protected readonly showPurpose = showPurpose;
  protected readonly list = this.store.selectSignal(paymentsFeature.selectList);

  protected load(query: PaymentQuery): void {
    this.store.dispatch(PaymentsPageActions.listOpened({ query }));
  }

  protected async takePayment(): Promise<void> {
    await this.dialogs.open(() => import('../charge/charge-dialog.ts').then((m) => m.ChargeDialog), null);
    this.load(this.query());
  }
}
