import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { DashboardMonth } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { Forecast, ForecastPoint } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import type { EChartsCoreOption } from 'echarts/core';
import { monthAxes, monthLabel } from '../charts/axes.ts';
import { Chart, type ChartRow } from '../charts/chart.ts';
import type { Palette } from '../charts/palette.ts';
import { formatMonth } from '../dates/calendar.ts';
import { LOCALE } from '../i18n/locale.ts';
import { formatMoney, type MoneyValue } from '../money/format.ts';
import { plotted, shortAxisAmount } from './figures.ts';

type Bound = (point: ForecastPoint) => MoneyValue | undefined;

/** Cash flow of the months that are over, and what is expected of those to come, with how sure that is. */
@Component({
  selector: 'ff-forecast-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Chart],
  template: `
    <ff-chart label="Cash flow and its forecast by month" [series]="series" [rows]="rows()" [draw]="draw()" height="300px" />
  `,
})
export class ForecastChart {
  private readonly locale = inject(LOCALE);
  /** Months before the forecast begins. */
  readonly past = input.required<readonly DashboardMonth[]>();
  readonly forecast = input.required<Forecast>();

  protected readonly series = [
    { label: 'Cash flow', color: '--ff-chart-cash' },
    { label: 'Forecast', color: '--ff-chart-cash', dashed: true },
    { label: '80% of outcomes', color: '--ff-chart-band' },
    { label: '95% of outcomes', color: '--ff-chart-band-wide' },
  ];

  protected readonly rows = computed<ChartRow[]>(() => [
    ...this.past().map(({ month, cashFlow }) => ({
      heading: formatMonth(month, this.locale),
      values: [this.exact(cashFlow), '', '', ''],
    })),
    ...this.forecast().forecast.map((point) => ({
      heading: formatMonth(point.date.slice(0, 7), this.locale),
      values: [
        '',
        this.exact(point.amount),
        `${this.exact(point.lowerBound)} to ${this.exact(point.upperBound)}`,
        `${this.exact(point.lowerBound95)} to ${this.exact(point.upperBound95)}`,
      ],
    })),
  ]);

  protected readonly draw = computed(() => {
    const past = this.past();
    const points = this.forecast().forecast;
    const months = [...past.map(({ month }) => month), ...points.map(({ date }) => date.slice(0, 7))];
    const labels = months.map((month) => monthLabel(month, this.locale));
    const amount = shortAxisAmount(this.forecast().currencyCode, this.locale);
    // The forecast and its bands grow out of the last month that is known.
    const lead: (number | null)[] = past.map((month, i) => (i === past.length - 1 ? plotted(month.cashFlow) : null));
    const ahead = (bound: Bound) => [...lead, ...points.map((point) => plotted(bound(point)))];

    return (palette: Palette): EChartsCoreOption => ({
      ...monthAxes(palette, labels, amount, false),
      series: [
        ...band(
          '95',
          palette.wideBand,
          ahead(({ lowerBound95 }) => lowerBound95),
          ahead(({ upperBound95 }) => upperBound95),
        ),
        ...band(
          '80',
          palette.band,
          ahead(({ lowerBound }) => lowerBound),
          ahead(({ upperBound }) => upperBound),
        ),
        { ...line(palette.cash), name: 'Cash flow', data: past.map(({ cashFlow }) => plotted(cashFlow)) },
        {
          ...line(palette.cash),
          name: 'Forecast',
          data: ahead(({ amount }) => amount),
          lineStyle: { color: palette.cash, width: 2.5, type: [3, 6], cap: 'round' },
        },
      ],
    });
  });

  private exact(money: MoneyValue | undefined): string {
    return money ? formatMoney(money, this.locale) : '';
  }
}

function line(color: string) {
  return {
    type: 'line',
    showSymbol: false,
    symbolSize: 7,
    itemStyle: { color },
    lineStyle: { color, width: 2.5 },
    z: 4,
  };
}

/** An area between two lines: what ECharts draws as one line of the lower ends and a filled one stacked on it. */
function band(name: string, color: string, lower: (number | null)[], upper: (number | null)[]) {
  const side = {
    type: 'line',
    stack: name,
    stackStrategy: 'all',
    symbol: 'none',
    lineStyle: { width: 0 },
    silent: true,
  };
  const height = upper.map((high, i) => (high === null ? null : high - (lower[i] ?? 0)));
  return [
    { ...side, data: lower },
    { ...side, data: height, areaStyle: { color, opacity: 1 } },
  ];
}
