import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

/** Numbers of months to choose from. */
export const ranges = [6, 12, 24] as const;

/** Chooses the months and, where the books use several, the currency; both are kept in the address bar. */
@Component({
  selector: 'ff-range-picker',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink],
  template: `
    @if (currencies().length > 1) {
      <nav aria-label="Currency">
        @for (code of currencies(); track code) {
          <a
            [routerLink]="[]"
            [queryParams]="{ currency: code }"
            queryParamsHandling="merge"
            [attr.aria-current]="code === currency() || null"
            >{{ code }}</a
          >
        }
      </nav>
    }
    <nav aria-label="Months shown">
      @for (count of ranges; track count) {
        <a
          [routerLink]="[]"
          [queryParams]="{ months: count }"
          queryParamsHandling="merge"
          [attr.aria-current]="count === months() || null"
          >{{ count }} months</a
        >
      }
    </nav>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: var(--ff-space-2);
    }

    nav {
      display: inline-flex;
      padding: 3px;
      border-radius: var(--ff-radius-m);
      background: var(--ff-neutral-soft);
    }

    a {
      padding: 5px 12px;
      border-radius: 7px;
      color: var(--ff-muted);
      font: var(--ff-label);
      text-decoration: none;
    }

    a:hover {
      color: var(--ff-ink);
    }

    [aria-current] {
      background: var(--ff-surface);
      box-shadow: var(--ff-shadow);
      color: var(--ff-ink);
    }
  `,
})
export class RangePicker {
  readonly months = input.required<number>();
  readonly currency = input.required<string>();
  readonly currencies = input.required<readonly string[]>();
  protected readonly ranges = ranges;
}
