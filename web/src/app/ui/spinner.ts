import { ChangeDetectionStrategy, Component } from '@angular/core';

/** A small turning ring, sized by the text around it. Decorative: who shows it says in words what is going on. */
@Component({
  selector: 'ff-spinner',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: '',
  styles: `
    :host {
      display: inline-block;
      flex: none;
      width: 1.1em;
      height: 1.1em;
      border: 2px solid currentColor;
      border-right-color: transparent;
      border-radius: 50%;
      animation: turn 700ms linear infinite;
    }

    @keyframes turn {
      to {
        rotate: 1turn;
      }
    }
  `,
})
export class Spinner {}
