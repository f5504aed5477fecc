import type { EChartsCoreOption } from 'echarts/core';
import { formatMonth } from '../dates/calendar.ts';
import type { Palette } from './palette.ts';

/** A month below an axis; January says of which year. */
export function monthLabel(month: string, locale: string): string {
  const name = formatMonth(month, locale, false);
  return month.endsWith('-01') ? `${name}\n${month.slice(0, 4)}` : name;
}

/** What all our charts over months have in common. `amount` writes a value of the vertical axis. */
export function monthAxes(
  palette: Palette,
  months: readonly string[],
  amount: (value: number) => string,
  gap: boolean,
): EChartsCoreOption {
  return {
    animationDuration: 300,
    textStyle: { fontFamily: 'Figtree Variable, system-ui, sans-serif' },
    grid: { left: 4, right: 8, top: 8, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: [...months],
      boundaryGap: gap,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.muted, interval: 0, hideOverlap: true, margin: 12, lineHeight: 15 },
      axisPointer: gap
        ? { show: true, type: 'shadow', label: { show: false }, shadowStyle: { color: palette.ink, opacity: 0.05 } }
        : { show: true, type: 'line', label: { show: false }, lineStyle: { color: palette.muted, type: 'dashed' } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { color: palette.muted, formatter: amount },
      splitLine: { lineStyle: { color: palette.line } },
    },
  };
}
