import { Injectable, InjectionToken, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { type Problem, toProblem } from '../api/problem.ts';
import { LostParts } from '../shell/lost-parts.ts';

/** Imports ECharts. It is bigger than the rest of the app, so it loads beside the figures, not before them. */
export const ECHARTS = new InjectionToken<() => Promise<Pick<typeof import('echarts/core'), 'init'>>>('ECHARTS', {
  providedIn: 'root',
  factory: () => () => import('./echarts.ts').then((m) => m.default),
});

/** What charts are drawn with: loaded once for all of them, so that one more try brings back each. */
@Injectable({ providedIn: 'root' })
export class ChartLibrary {
  private readonly echarts = inject(ECHARTS);
  private readonly router = inject(Router);
  private readonly lostParts = inject(LostParts);
  private loading: Promise<boolean> | null = null;

  readonly ready = signal(false);
  /** Why it did not load. */
  readonly problem = signal<Problem | null>(null);

  /** Loads it where it is not there yet. Resolves to whether it is there now. */
  load(): Promise<boolean> {
    this.loading ??= this.echarts()
      .then(
        () => this.settle(null),
        (thrown: unknown) => this.settle(toProblem(thrown)),
      )
      .finally(() => {
        this.loading = null;
      });
    return this.loading;
  }

  /** Loads it once more; with the whole app when it still does not come although FinFlow answers. */
  async retry(): Promise<void> {
    if (!(await this.load())) this.lostParts.recover(this.router.url);
  }

  private settle(problem: Problem | null): boolean {
    this.problem.set(problem);
    this.ready.set(problem === null);
    return problem === null;
  }
}
