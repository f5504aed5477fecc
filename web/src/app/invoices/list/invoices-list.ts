import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSortModule, type Sort } from '@angular/material/sort';
import { type Params, Router, RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { CalendarDatePipe } from '../../dates/date.pipes.ts';
import { FilterChips } from '../../listing/filter-chips.ts';
import { firstPage, orderOf, orderText, placeOf, wordsOf } from '../../listing/listing.ts';
import { Pager } from '../../listing/pager.ts';
import { SearchField } from '../../listing/search-field.ts';
import { TableSkeleton } from '../../listing/table-skeleton.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { EmptyState } from '../../ui/empty-state.ts';
import { Icon } from '../../ui/icon/icon.ts';
import { PageHeader } from '../../ui/page-header.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { StatusChip } from '../../ui/status-chip.ts';
import { type InvoiceQuery, invoiceStatuses, showStatus } from '../invoice.ts';
import { InvoicesPageActions } from '../state/invoices.actions.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';

/** The organization's invoices. What is shown is what the address bar says, so a list can be linked to and gone back to. */
@Component({
  selector: 'ff-invoices-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    CalendarDatePipe,
    EmptyState,
    FilterChips,
    Icon,
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
  templateUrl: './invoices-list.html',
  styleUrls: ['../../listing/list.scss', './invoices-list.scss'],
})
export class InvoicesList {
  private readonly store = inject(Store);
  private readonly router = inject(Router);

  // Bound by the router from the query parameters.
  readonly q = input<string>();
  readonly status = input<string>();
  readonly sort = input<string>();
  readonly after = input<string>();
  readonly page = input<string>();

  protected readonly statuses = invoiceStatuses;
  protected readonly showStatus = showStatus;
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly list = this.store.selectSignal(invoicesFeature.selectList);

  protected readonly words = computed(() =>
    wordsOf(
      this.status(),
      invoiceStatuses.map(({ word }) => word),
    ),
  );
  protected readonly query = computed<InvoiceQuery>(() => ({
    search: this.q() ?? '',
    statuses: invoiceStatuses.filter(({ word }) => this.words().includes(word)).map(({ status }) => status),
    place: placeOf({ sort: this.sort(), after: this.after(), page: this.page() }),
  }));
  protected readonly filtered = computed(() => {
    const { search, statuses } = this.query();
    return search !== '' || statuses.length > 0;
  });
  protected readonly order = computed(() => orderOf(this.query().place));

  constructor() {
    effect(() => this.load(this.query()));
  }

  protected load(query: InvoiceQuery): void {
    this.store.dispatch(InvoicesPageActions.listOpened({ query }));
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
}
