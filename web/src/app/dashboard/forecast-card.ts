import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import type { DashboardMonth } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import type { Remote } from '../state/remote.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { ForecastChart } from './forecast-chart.ts';
import type { ForecastAnswer } from './state/dashboard.actions.ts';

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
        @if (forecast().problem; as problem) {
          <ff-problem heading="The forecast could not be made" [problem]="problem" retryable (retry)="retry.emit()" />
        } @else if (made(); as made) {
          <ff-forecast-chart [past]="past()" [forecast]="made" />
          @if (made.backtest?.sentence; as sentence) {
            <p class="ff-small ff-muted">{{ sentence }}</p>
          }
        } @else if (tooShort(); as sentence) {
          <ff-empty-state icon="schedule" heading="Not enough history yet">{{ sentence }}</ff-empty-state>
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
  readonly forecast = input.required<Remote<ForecastAnswer>>();
  readonly retry = output<void>();

  protected readonly made = computed(() => {
    const { data } = this.forecast();
    return data?.kind === 'made' ? data.forecast : null;
  });

  protected readonly past = computed(() => {
    const start = this.made()?.startDate.slice(0, 7) ?? '';
    return this.months()
      .filter(({ month }) => month < start)
      .slice(-pastMonthsShown);
  });

  protected readonly tooShort = computed(() => {
    const { data } = this.forecast();
    if (data?.kind !== 'tooShort') return null;
    const { months, monthsNeeded } = data;
    return `A forecast needs ${monthsNeeded} whole months of payments. Your books have ${months === 0 ? 'none' : months} so far; the forecast appears here by itself.`;
  });
}
