import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSortModule, type Sort } from '@angular/material/sort';
import { type Params, Router, RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { InstantPipe } from '../../dates/date.pipes.ts';
import { FilterChips } from '../../listing/filter-chips.ts';
import { firstPage, orderOf, orderText, placeOf, wordsOf } from '../../listing/listing.ts';
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

/** The organization's payments, as the address bar says. */
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
export class PaymentsList {
  private readonly store = inject(Store);
  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);

  // Bound by the router from the query parameters.
  readonly q = input<string>();
  readonly status = input<string>();
  readonly sort = input<string>();
  readonly after = input<string>();
  readonly page = input<string>();

  protected readonly statuses = paymentStatuses;
  protected readonly showStatus = showPaymentStatus;
  protected readonly showCard = showCard;
  protected readonly showPurpose = showPurpose;
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly list = this.store.selectSignal(paymentsFeature.selectList);

  protected readonly words = computed(() =>
    wordsOf(
      this.status(),
      paymentStatuses.map(({ word }) => word),
    ),
  );
  protected readonly query = computed<PaymentQuery>(() => ({
    search: this.q() ?? '',
    statuses: paymentStatuses.filter(({ word }) => this.words().includes(word)).map(({ status }) => status),
    place: placeOf({ sort: this.sort(), after: this.after(), page: this.page() }),
  }));
  protected readonly filtered = computed(() => this.query().search !== '' || this.query().statuses.length > 0);
  protected readonly order = computed(() => orderOf(this.query().place));

  constructor() {
    effect(() => this.load(this.query()));
  }

  protected load(query: PaymentQuery): void {
    this.store.dispatch(PaymentsPageActions.listOpened({ query }));
  }

  protected sortBy(sort: Sort): void {
    this.show({ sort: orderText(sort) });
  }

  protected show(change: Params): void {
    void this.router.navigate([], { queryParams: firstPage(change), queryParamsHandling: 'merge' });
  }

  protected clear(): void {
    this.show({ q: null, status: null });
  }

  protected async takePayment(): Promise<void> {
    await this.dialogs.open(() => import('../charge/charge-dialog.ts').then((m) => m.ChargeDialog), null);
    this.load(this.query());
  }
}
