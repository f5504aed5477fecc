import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { NGX_ECHARTS_CONFIG, NgxEchartsDirective } from 'ngx-echarts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import { ChartLibrary, ECHARTS } from './library.ts';
import { type Palette, Palettes } from './palette.ts';

/** One column of a chart's figures. */
export interface ChartSeries {
  readonly label: string;
  /** Custom property of its colour; empty for a figure that is only told, not drawn. */
  readonly color: string;
  /** Whether it is drawn dotted: expected rather than known. */
  readonly dashed?: boolean;
}

/** The figures of one place on the horizontal axis, ready to be read: one value a series. */
export interface ChartRow {
  readonly heading: string;
  readonly values: readonly string[];
}

interface PointerEvent {
  readonly axesInfo?: readonly { readonly value: number }[];
}

/**
 * A chart on a canvas, with what a canvas lacks: a box of exact figures for whoever points at it, and the same figures
 * as a table for whoever cannot see it.
 */
@Component({
  selector: 'ff-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [NgxEchartsDirective, ProblemPanel],
  providers: [{ provide: NGX_ECHARTS_CONFIG, useFactory: () => ({ echarts: inject(ECHARTS) }) }],
  templateUrl: './chart.html',
  styleUrl: './chart.scss',
})
export class Chart {
  private readonly palettes = inject(Palettes);
  protected readonly library = inject(ChartLibrary);

  /** What the chart shows, in a sentence. */
  readonly label = input.required<string>();
  readonly series = input.required<readonly ChartSeries[]>();
  readonly rows = input.required<readonly ChartRow[]>();
  readonly draw = input.required<(palette: Palette) => EChartsCoreOption>();
  readonly height = input('260px');

  protected readonly option = computed(() => this.draw()(this.palettes.current()));
  private readonly pointed = signal<{ index: number; x: number; left: boolean } | null>(null);
  protected readonly box = computed(() => {
    const pointed = this.pointed();
    const row = pointed && this.rows()[pointed.index];
    return row ? { ...pointed, row } : null;
  });

  constructor() {
    void this.library.load();
  }

  protected follow(chart: ECharts): void {
    chart.on('updateAxisPointer', (event) => {
      const index = (event as PointerEvent).axesInfo?.[0]?.value;
      if (index === undefined) return this.pointed.set(null);
      const x = chart.convertToPixel({ xAxisIndex: 0 }, index) as unknown as number;
      this.pointed.set({ index, x, left: x > chart.getWidth() / 2 });
    });
    chart.getZr().on('globalout', () => this.pointed.set(null));
  }
}
