import { booleanAttribute, ChangeDetectionStrategy, Component, input } from '@angular/core';
import { MatButton, type MatButtonAppearance } from '@angular/material/button';
import { Icon } from './icon/icon.ts';
import type { IconName } from './icon/paths.ts';
import { Spinner } from './spinner.ts';

/**
 * A Material button that shows its own progress. While busy it cannot be pressed again but keeps the focus, so that a
 * person working by keyboard stays where they are.
 */
@Component({
  selector: 'ff-button',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [MatButton, Icon, Spinner],
  template: `
    <button
      [matButton]="look()"
      [type]="type()"
      [disabled]="busy() || disabled()"
      [attr.aria-busy]="busy() || null"
      [class.danger]="danger()"
      disabledInteractive
      (click)="swallow($event)"
    >
      @if (busy()) {
        <ff-spinner matButtonIcon />
      } @else if (icon(); as name) {
        <ff-icon matButtonIcon [name]="name" />
      }
      <ng-content />
    </button>
  `,
  styles: `
    :host {
      display: inline-flex;
    }

    button {
      width: 100%;
      white-space: nowrap;
    }

    .danger {
      --mat-button-filled-container-color: var(--ff-negative);
      --mat-button-filled-label-text-color: var(--ff-surface);
      --mat-button-outlined-label-text-color: var(--ff-negative);
      --mat-button-text-label-text-color: var(--ff-negative);
    }
  `,
})
export class Button {
  readonly look = input<MatButtonAppearance>('filled');
  readonly type = input<'button' | 'submit'>('button');
  readonly icon = input<IconName>();
  readonly busy = input(false, { transform: booleanAttribute });
  readonly disabled = input(false, { transform: booleanAttribute });
  readonly danger = input(false, { transform: booleanAttribute });

  // Still focusable, so still clickable: neither a listener outside nor the form may hear of it.
  protected swallow(event: Event): void {
    if (!this.busy() && !this.disabled()) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
