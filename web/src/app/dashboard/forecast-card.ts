import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import type { DashboardMonth } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { Forecast } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import type { Remote } from '../state/remote.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { ForecastChart } from './forecast-chart.ts';

// As far back as helps to judge what lies ahead.
const pastMonthsShown = 12;

/** The cash-flow forecast, or why there is none. */
@Component({
  selector: 'ff-forecast-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EmptyState, ForecastChart, MatCardModule, ProblemPanel, Skeleton],
  template: `
    <mat-card appearance="outlined">
      <mat-card-content>
        <h2>Cash-flow forecast</h2>
        @if (tooShort(); as sentence) {
          <ff-empty-state icon="schedule" heading="Not enough history yet">{{ sentence }}</ff-empty-state>
        } @else if (forecast().problem; as problem) {
          <ff-problem heading="The forecast could not be made" [problem]="problem" retryable (retry)="retry.emit()" />
        } @else if (forecast().data; as made) {
          <ff-forecast-chart [past]="past()" [forecast]="made" />
          @if (made.backtest?.sentence; as sentence) {
            <p class="ff-small ff-muted">{{ sentence }}</p>
          }
        } @else if (forecast().status === 'loaded') {
          <ff-empty-state icon="schedule" heading="No forecast yet">
            An accountant of your organization can have one made by opening this page.
          </ff-empty-state>
        } @else {
          <span class="ff-visually-hidden" role="status">Loading the forecast</span>
          <ff-skeleton height="330px" />
        }
      </mat-card-content>
    </mat-card>
  `,
  styles: `
    h2 {
      margin-block-end: var(--ff-space-3);
    }

    p {
      margin-block-start: var(--ff-space-3);
    }
  `,
})
export class ForecastCard {
  readonly months = input.required<readonly DashboardMonth[]>();
  readonly forecast = input.required<Remote<Forecast>>();
  /** Whether no month of the books is over yet, so that there is nothing to ask a forecast of. */
  readonly tooYoung = input(false);
  readonly retry = output<void>();

  protected readonly past = computed(() => {
    const start = this.forecast().data?.startDate.slice(0, 7) ?? '';
    return this.months()
      .filter(({ month }) => month < start)
      .slice(-pastMonthsShown);
  });

  protected readonly tooShort = computed(() => {
    if (this.tooYoung()) {
      return 'A forecast is made of whole months, and your first one is not over yet. It appears here by itself.';
    }
    const problem = this.forecast().problem;
    if (problem?.reason !== 'NOT_ENOUGH_HISTORY') return null;
    const { months, monthsNeeded } = problem.metadata;
    if (!monthsNeeded) return 'A forecast needs more months of history than your books have so far.';
    return `A forecast needs ${monthsNeeded} months of history. Your books have ${months === '0' ? 'none' : (months ?? 'fewer')} so far; the forecast appears here by itself.`;
  });
}
