import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCardModule } from '@angular/material/card';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { wordIn } from '../address/parameters.ts';
import { Intent } from '../api/intent.ts';
import { NOW } from '../api/now.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import { addMonths, dateIn, formatMonth } from '../dates/calendar.ts';
import { LOCALE } from '../i18n/locale.ts';
import { currencyCodes } from '../money/currency.ts';
import type { MoneyValue } from '../money/format.ts';
import { Icon } from '../ui/icon/icon.ts';
import { PageHeader } from '../ui/page-header.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { ExpenseBreakdown } from './expense-breakdown.ts';
import { type Change, changeBetween, isEmpty } from './figures.ts';
import { FirstSteps } from './first-steps.ts';
import { ForecastCard } from './forecast-card.ts';
import { KpiCard, type KpiLink } from './kpi-card.ts';
import { RangePicker, ranges } from './range-picker.ts';
import { RevenueChart } from './revenue-chart.ts';
import { DashboardPageActions, type DashboardRange } from './state/dashboard.actions.ts';
import { dashboardFeature } from './state/dashboard.feature.ts';

interface Card {
  readonly label: string;
  readonly value: MoneyValue | undefined;
  readonly note: string;
  readonly change?: Change | null;
  readonly months?: readonly (MoneyValue | undefined)[];
  readonly link?: KpiLink;
}

/** The state of the business at a glance, over the months that the address bar says. */
@Component({
  selector: 'ff-dashboard',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    ExpenseBreakdown,
    FirstSteps,
    ForecastCard,
    Icon,
    KpiCard,
    MatButton,
    MatCardModule,
    PageHeader,
    ProblemPanel,
    RangePicker,
    RevenueChart,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.scss',
})
export class Dashboard {
  private readonly store = inject(Store);
  private readonly locale = inject(LOCALE);
  private readonly now = inject(NOW);
  private readonly forecastIntent = new Intent();

  // Bound by the router from the query parameters.
  readonly months = input<unknown>();
  readonly currency = input<unknown>();

  private readonly timeZone = this.store.selectSignal(authFeature.selectTimeZone);
  private readonly organization = this.store.selectSignal(authFeature.selectOrganization);
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly figures = this.store.selectSignal(dashboardFeature.selectFigures);
  protected readonly forecast = this.store.selectSignal(dashboardFeature.selectForecast);

  protected readonly organizationName = computed(() => this.organization()?.name ?? '');
  protected readonly thisMonth = computed(() => dateIn(this.timeZone(), new Date(this.now())).slice(0, 7));
  protected readonly count = computed(() => Number(wordIn(this.months(), ranges.map(String)) ?? 12));
  protected readonly range = computed<DashboardRange>(() => ({
    fromMonth: addMonths(this.thisMonth(), 1 - this.count()),
    toMonth: this.thisMonth(),
    currencyCode: wordIn(this.currency(), currencyCodes()) ?? '',
  }));

  protected readonly data = computed(() => this.figures().data);
  protected readonly empty = computed(() => {
    const data = this.data();
    return data !== null && isEmpty(data);
  });
  protected readonly period = computed(() => {
    const data = this.data();
    if (!data) return '';
    return `${formatMonth(data.fromMonth, this.locale)} – ${formatMonth(data.toMonth, this.locale)}`;
  });
  protected readonly cards = computed<Card[]>(() => {
    const { kpis, months = [] } = this.data() ?? {};
    const flow = (label: string, value: MoneyValue | undefined, before: MoneyValue | undefined) => {
      const change = changeBetween(before, value);
      return { label, value, change, note: change ? `vs. ${this.count()} months before` : '' };
    };
    return [
      {
        ...flow('Revenue', kpis?.revenue, kpis?.previousRevenue),
        months: months.map(({ revenue }) => revenue),
      },
      {
        ...flow('Expenses', kpis?.expense, kpis?.previousExpense),
        months: months.map(({ expense }) => expense),
      },
      { ...flow('Net', kpis?.net, kpis?.previousNet), months: months.map(({ net }) => net) },
      { label: 'Cash', value: kpis?.cash, note: 'in bank and clearing', months: months.map(({ cash }) => cash) },
      { label: 'Receivables', value: kpis?.receivables, note: 'owed by clients' },
      { label: 'Overdue', value: kpis?.overdue, ...lateNote(kpis?.overdueInvoices ?? 0) },
    ];
  });

  // The currency the figures came in, which may be the books' choice. As a value of its own it changes only when the
  // currency does, not with every answer.
  private readonly shownCurrency = computed(() => this.data()?.currencyCode ?? '');

  constructor() {
    effect(() => this.load(this.range()));
    inject(DestroyRef).onDestroy(() => this.store.dispatch(DashboardPageActions.closed()));
    effect(() => {
      const currencyCode = this.shownCurrency();
      if (!currencyCode || this.empty()) return;
      untracked(() => {
        // Another currency is another request.
        this.forecastIntent.renew();
        this.wantForecast(currencyCode);
      });
    });
  }

  protected load(range: DashboardRange): void {
    this.store.dispatch(DashboardPageActions.opened({ range }));
  }

  protected wantForecast(currencyCode = this.shownCurrency()): void {
    const requestId = this.forecastIntent.attempt(this.forecast().problem);
    this.store.dispatch(
      DashboardPageActions.forecastWanted({
        order: { currencyCode, startMonth: this.thisMonth(), mayMake: this.canOperate(), requestId },
      }),
    );
  }
}

/** How many invoices are late, and the way to them. */
function lateNote(count: number): Pick<Card, 'note' | 'link'> {
  if (count === 0) return { note: 'nothing is late' };
  const link = { path: '/invoices', query: { status: 'overdue' } };
  return { note: count === 1 ? '1 invoice' : `${count} invoices`, link };
}
