import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { Problem } from '../api/problem.ts';
import { Button } from '../ui/button.ts';
import { EmptyState } from '../ui/empty-state.ts';

/** The whole window when FinFlow cannot be reached at the start. */
@Component({
  selector: 'ff-unreachable',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Button, EmptyState],
  host: { role: 'alert' },
  template: `
    <ff-empty-state icon="wifi_off" heading="FinFlow can’t be reached">
      {{ problem().message }}
      <ff-button action icon="refresh" (click)="retry.emit()">Try again</ff-button>
    </ff-empty-state>
  `,
  styles: `
    :host {
      display: grid;
      place-content: center;
      min-height: 100dvh;
    }
  `,
})
export class Unreachable {
  readonly problem = input.required<Problem>();
  readonly retry = output<void>();
}
