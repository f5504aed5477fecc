import { ChangeDetectionStrategy, Component } from '@angular/core';

/** The mark and the name. */
@Component({
  selector: 'ff-brand',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path class="flow" d="M8 21c4 0 4-10 8-10s4 6 8 0" />
      <path class="lines" d="M8 13h5M19 21h5" />
    </svg>
    <span>FinFlow</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 10px;
      color: var(--ff-ink);
      font: 650 1.125rem / 1 var(--ff-font);
      letter-spacing: -0.01em;
    }

    svg {
      width: 30px;
      height: 30px;
      flex: none;
    }

    rect {
      fill: #0a6b57;
    }

    path {
      fill: none;
      stroke: #ffffff;
      stroke-width: 3;
      stroke-linecap: round;
    }

    .lines {
      stroke: #5ed3b4;
    }
  `,
})
export class Brand {}
