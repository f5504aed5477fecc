import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { RouterLink } from '@angular/router';
import { Code } from '@connectrpc/connect';
import { type Payment, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { Store } from '@ngrx/store';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { InstantPipe } from '../../dates/date.pipes.ts';
import { isPositive } from '../../money/format.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { Button } from '../../ui/button.ts';
import { Dialogs } from '../../ui/dialogs.ts';
import { EmptyState } from '../../ui/empty-state.ts';
import { Icon } from '../../ui/icon/icon.ts';
import { PageHeader } from '../../ui/page-header.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { Skeleton } from '../../ui/skeleton.ts';
import { StatusChip } from '../../ui/status-chip.ts';
import {
  isUndecided,
  refundableMinor,
  showCard,
  showPaymentStatus,
  showPurpose,
  showRefundStatus,
} from '../payment.ts';
import { PaymentsPageActions } from '../state/payments.actions.ts';
import { paymentsFeature } from '../state/payments.feature.ts';

@Component({
  selector: 'ff-payment-detail',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    EmptyState,
    Icon,
    InstantPipe,
    MatCardModule,
    MoneyPipe,
    PageHeader,
    ProblemPanel,
    RouterLink,
    Skeleton,
    StatusChip,
  ],
  templateUrl: './payment-detail.html',
  styleUrl: './payment-detail.scss',
})
export class PaymentDetail {
  private readonly store = inject(Store);
  private readonly dialogs = inject(Dialogs);

  /** UUID of the payment, bound by the router. */
  readonly id = input.required<string>();

  protected readonly isPositive = isPositive;
  protected readonly showCard = showCard;
  protected readonly showPurpose = showPurpose;
  protected readonly showRefundStatus = showRefundStatus;
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly open = this.store.selectSignal(paymentsFeature.selectOpen);
  protected readonly shown = computed(() => {
    const { data } = this.open();
    return data?.payment.id === this.id() ? data : null;
  });
  private readonly payment = computed(() => this.shown()?.payment ?? null);
  protected readonly status = computed(() => showPaymentStatus(this.payment()?.status ?? PaymentStatus.UNSPECIFIED));
  protected readonly failed = computed(() => this.payment()?.status === PaymentStatus.FAILED);
  protected readonly undecided = computed(() => this.holds(isUndecided));
  protected readonly refundable = computed(() => this.holds((payment) => refundableMinor(payment) > 0n));
  protected readonly missing = computed(() => {
    const code = this.open().problem?.code;
    return code === Code.NotFound || code === Code.InvalidArgument;
  });

  constructor() {
    effect(() => this.load(this.id()));
  }

  protected load(id: string): void {
    this.store.dispatch(PaymentsPageActions.detailOpened({ id }));
  }

  protected refund(payment: Payment): void {
    void this.dialogs.open(() => import('../refund/refund-dialog.ts').then((m) => m.RefundDialog), payment);
  }

  private holds(rule: (payment: Payment) => boolean): boolean {
    const payment = this.payment();
    return payment !== null && rule(payment);
  }
}
