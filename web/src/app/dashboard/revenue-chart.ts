import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { DashboardMonth } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { EChartsCoreOption } from 'echarts/core';
import { monthAxes, monthLabel } from '../charts/axes.ts';
import { Chart, type ChartRow } from '../charts/chart.ts';
import type { Palette } from '../charts/palette.ts';
import { formatMonth } from '../dates/calendar.ts';
import { LOCALE } from '../i18n/locale.ts';
import { formatMoney, type MoneyValue } from '../money/format.ts';
import { plotted, shortAxisAmount } from './figures.ts';

/** Revenue and expense month by month. */
@Component({
  selector: 'ff-revenue-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Chart],
  template: `
    <ff-chart label="Revenue and expenses by month" [series]="series" [rows]="rows()" [draw]="draw()" height="348px" />
  `,
})
export class RevenueChart {
  private readonly locale = inject(LOCALE);
  readonly months = input.required<readonly DashboardMonth[]>();
  readonly currencyCode = input.required<string>();

  protected readonly series = [
    { label: 'Revenue', color: '--ff-chart-revenue' },
    { label: 'Expenses', color: '--ff-chart-expense' },
    { label: 'Net', color: '' },
  ];
  protected readonly rows = computed<ChartRow[]>(() =>
    this.months().map(({ month, revenue, expense, net }) => ({
      heading: formatMonth(month, this.locale),
      values: [revenue, expense, net].map((money) => this.exact(money)),
    })),
  );
  protected readonly draw = computed(() => {
    const months = this.months();
    const labels = months.map(({ month }) => monthLabel(month, this.locale));
    const bar = (name: string, color: string, of: (month: DashboardMonth) => MoneyValue | undefined) => ({
      type: 'bar',
      name,
      data: months.map((month) => plotted(of(month))),
      itemStyle: { color, borderRadius: [3, 3, 0, 0] },
      barMaxWidth: 18,
      barGap: '15%',
      emphasis: { disabled: true },
    });
    return (palette: Palette): EChartsCoreOption => ({
      ...monthAxes(palette, labels, shortAxisAmount(this.currencyCode(), this.locale), true),
      series: [
        bar('Revenue', palette.revenue, ({ revenue }) => revenue),
        bar('Expenses', palette.expense, ({ expense }) => expense),
      ],
    });
  });

  private exact(money: MoneyValue | undefined): string {
    return money ? formatMoney(money, this.locale) : '';
  }
}
