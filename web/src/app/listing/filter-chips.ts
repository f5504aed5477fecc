import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { Icon } from '../ui/icon/icon.ts';

export interface FilterChoice {
  readonly word: string;
  readonly label: string;
}

/** Any number of choices, each on or off; none on means all. */
@Component({
  selector: 'ff-filter-chips',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  host: { role: 'group', '[attr.aria-label]': 'label()' },
  template: `
    @for (choice of choices(); track choice.word) {
      @let on = chosen().includes(choice.word);
      <button type="button" [attr.aria-pressed]="on" (click)="toggle(choice.word)">
        @if (on) {
          <ff-icon name="check" />
        }
        {{ choice.label }}
      </button>
    }
  `,
  styles: `
    :host {
      display: flex;
      gap: var(--ff-space-2);
      overflow-x: auto;
      scrollbar-width: none;
    }

    button {
      display: inline-flex;
      flex: none;
      align-items: center;
      gap: 6px;
      height: 34px;
      padding-inline: var(--ff-space-3);
      border: 1px solid var(--ff-line-strong);
      border-radius: var(--ff-radius-full);
      background: none;
      color: var(--ff-ink);
      font: var(--ff-label);
      cursor: pointer;
    }

    button:hover {
      background: var(--ff-hover);
    }

    button:focus-visible {
      outline-offset: -2px;
    }

    [aria-pressed='true'] {
      border-color: transparent;
      background: var(--ff-accent-soft);
      color: var(--ff-on-accent-soft);
    }
  `,
})
export class FilterChips {
  readonly label = input.required<string>();
  readonly choices = input.required<readonly FilterChoice[]>();
  readonly chosen = input.required<readonly string[]>();
  readonly changed = output<string[]>();

  protected toggle(word: string): void {
    const chosen = this.chosen();
    this.changed.emit(chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word]);
  }
}
