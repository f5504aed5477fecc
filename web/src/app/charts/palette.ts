import { DOCUMENT } from '@angular/common';
import { computed, Injectable, inject } from '@angular/core';
import { Appearance } from '../shell/appearance.ts';

/** The colours a chart is drawn in, as the theme has them now. A canvas knows no custom properties. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly revenue: string;
  readonly expense: string;
  readonly cash: string;
  readonly band: string;
  readonly wideBand: string;
}

const properties: Record<keyof Palette, string> = {
  ink: '--ff-ink',
  muted: '--ff-muted',
  line: '--ff-line',
  revenue: '--ff-chart-revenue',
  expense: '--ff-chart-expense',
  cash: '--ff-chart-cash',
  band: '--ff-chart-band',
  wideBand: '--ff-chart-band-wide',
};

/** Reads the palette from the theme, again whenever light turns to dark. */
@Injectable({ providedIn: 'root' })
export class Palettes {
  private readonly document = inject(DOCUMENT);
  private readonly appearance = inject(Appearance);

  readonly current = computed<Palette>(() => {
    const dark = this.appearance.dark();
    // `light-dark()` is only resolved where a property is used, so a probe uses each one.
    const probe = this.document.createElement('span');
    probe.style.colorScheme = dark ? 'dark' : 'light';
    // Whoever wants little motion gets transitions of an instant, in which the colour before is still the computed one.
    probe.style.transition = 'none';
    this.document.body.append(probe);
    const read = (property: string) => {
      probe.style.color = `var(${property})`;
      return getComputedStyle(probe).color;
    };
    const palette = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, read(property)]));
    probe.remove();
    return palette as unknown as Palette;
  });
}
