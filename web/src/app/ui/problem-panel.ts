import { booleanAttribute, ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { Problem } from '../api/problem.ts';
import { Button } from './button.ts';
import { Icon } from './icon/icon.ts';

/** Says what failed and, when it may help, offers to try again. Announced at once by screen readers. */
@Component({
  selector: 'ff-problem',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Button, Icon],
  host: { role: 'alert' },
  template: `
    <ff-icon [name]="problem().unreachable ? 'wifi_off' : 'error'" />
    <div class="words">
      @if (heading()) {
        <strong>{{ heading() }}</strong>
      }
      <span>{{ problem().message }}</span>
    </div>
    @if (retryable()) {
      <ff-button look="text" icon="refresh" (click)="retry.emit()">Try again</ff-button>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: var(--ff-space-2) var(--ff-space-3);
      padding: var(--ff-space-3) var(--ff-space-4);
      border-radius: var(--ff-radius-m);
      background: var(--ff-negative-soft);
      color: var(--ff-ink);
    }

    :host > ff-icon {
      color: var(--ff-negative);
      font-size: 1.15rem;
    }

    .words {
      flex: 1 1 14rem;
      display: grid;
      gap: 2px;
      overflow-wrap: anywhere;
      white-space: pre-line;
    }

    strong {
      font-weight: 600;
    }
  `,
})
export class ProblemPanel {
  readonly problem = input.required<Problem>();
  readonly heading = input('');
  readonly retryable = input(false, { transform: booleanAttribute });
  readonly retry = output<void>();
}
