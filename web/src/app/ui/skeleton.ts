import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The grey shape of something that is still loading, at its final size so that nothing jumps when it arrives. */
@Component({
  selector: 'ff-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', '[style.width]': 'width()', '[style.height]': 'height()' },
  template: '',
  styles: `
    :host {
      display: block;
      max-width: 100%;
      border-radius: var(--ff-radius-s);
      background: linear-gradient(90deg, var(--ff-neutral-soft) 25%, var(--ff-hover) 50%, var(--ff-neutral-soft) 75%);
      background-size: 300% 100%;
      animation: shimmer 1.4s ease-in-out infinite;
    }

    @keyframes shimmer {
      from {
        background-position: 100% 0;
      }

      to {
        background-position: 0 0;
      }
    }
  `,
})
export class Skeleton {
  readonly width = input('100%');
  readonly height = input('1em');
}
