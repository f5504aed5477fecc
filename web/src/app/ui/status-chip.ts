import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** What a status means for whoever looks, independent of the word for it. */
export type Tone = 'neutral' | 'info' | 'positive' | 'warning' | 'negative';

/** A status in a word, with its tone. The word carries the meaning; the colour only helps to find it. */
@Component({
  selector: 'ff-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'tone()' },
  template: `<ng-content />`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 2px 10px 2px 8px;
      border-radius: var(--ff-radius-full);
      background: var(--ff-neutral-soft);
      color: var(--ff-ink);
      font: var(--ff-label);
      white-space: nowrap;
    }

    :host::before {
      content: '';
      width: 7px;
      height: 7px;
      border-radius: 50%;
      background: var(--dot, var(--ff-line-strong));
    }

    :host(.info) {
      --dot: var(--ff-info);
      background: var(--ff-info-soft);
    }

    :host(.positive) {
      --dot: var(--ff-positive);
      background: var(--ff-positive-soft);
    }

    :host(.warning) {
      --dot: var(--ff-warning);
      background: var(--ff-warning-soft);
    }

    :host(.negative) {
      --dot: var(--ff-negative);
      background: var(--ff-negative-soft);
    }
  `,
})
export class StatusChip {
  readonly tone = input<Tone>('neutral');
}
