import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSortModule } from '@angular/material/sort';
import { RouterLink } from '@angular/router';
import type { InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { CalendarDatePipe } from '../../dates/date.pipes.ts';
import { FilterChips } from '../../listing/filter-chips.ts';
import { ListPage } from '../../listing/list-page.ts';
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

/** The organization's invoices. */
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
export class InvoicesList extends ListPage<InvoiceStatus> {
  protected readonly statuses = invoiceStatuses;
  protected readonly columns = ['created_at', 'issue_date', 'due_date', 'amount', 'client', 'number', 'status'];
  protected readonly showStatus = showStatus;
  protected readonly list = this.store.selectSignal(invoicesFeature.selectList);

  protected load(query: InvoiceQuery): void {
    this.store.dispatch(InvoicesPageActions.listOpened({ query }));
  }
}
