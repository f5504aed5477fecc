import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Icon } from './icon/icon.ts';
import type { IconName } from './icon/paths.ts';

/** Stands where a list would be when there is nothing in it: what would be here and the way to the first one. */
@Component({
  selector: 'ff-empty-state',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <span class="picture"><ff-icon [name]="icon()" /></span>
    <h2>{{ heading() }}</h2>
    <p><ng-content /></p>
    <div class="actions"><ng-content select="[action]" /></div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: var(--ff-space-2);
      padding: var(--ff-space-12) var(--ff-space-6);
      text-align: center;
    }

    .picture {
      display: grid;
      place-items: center;
      width: 56px;
      height: 56px;
      margin-block-end: var(--ff-space-2);
      border-radius: 18px;
      background: var(--ff-accent-soft);
      color: var(--ff-on-accent-soft);
      font-size: 1.4rem;
    }

    p {
      max-width: 44ch;
      color: var(--ff-muted);
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: var(--ff-space-2);
      margin-block-start: var(--ff-space-3);
    }

    .actions:empty {
      display: none;
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly heading = input.required<string>();
}
