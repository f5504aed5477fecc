import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { type Params, Router } from '@angular/router';
import { Icon } from '../ui/icon/icon.ts';
import { type Place, pageSize } from './listing.ts';

/**
 * Moves between the pages of a list, through the address bar. The services page by token, which only leads on, so the
 * way back is remembered while the list is open; who came by a link goes back to the first page.
 */
@Component({
  selector: 'ff-pager',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatIconButton],
  template: `
    <span class="ff-figure" aria-live="polite">{{ first() }}–{{ last() }} of {{ total() }}</span>
    <button
      matIconButton
      type="button"
      aria-label="Previous page"
      [disabled]="place().page === 1"
      disabledInteractive
      (click)="back()"
    >
      <ff-icon name="chevron_left" />
    </button>
    <button
      matIconButton
      type="button"
      aria-label="Next page"
      [disabled]="!nextPageToken()"
      disabledInteractive
      (click)="on()"
    >
      <ff-icon name="chevron_right" />
    </button>
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      justify-content: flex-end;
      gap: var(--ff-space-1);
      color: var(--ff-muted);
      font: var(--ff-small);
    }

    span {
      margin-inline-end: var(--ff-space-2);
    }
  `,
})
export class Pager {
  private readonly router = inject(Router);
  readonly place = input.required<Place>();
  readonly shown = input.required<number>();
  readonly total = input.required<number>();
  readonly nextPageToken = input.required<string>();

  protected readonly first = computed(() => (this.shown() === 0 ? 0 : (this.place().page - 1) * pageSize + 1));
  protected readonly last = computed(() => (this.shown() === 0 ? 0 : this.first() + this.shown() - 1));

  // Tokens of the pages seen, by number, as far as they belong to this list.
  private readonly tokens = new Map<number, string>();

  constructor() {
    effect(() => {
      const { page, pageToken } = this.place();
      if (page === 1) this.tokens.clear();
      this.tokens.set(page, pageToken);
    });
  }

  protected on(): void {
    this.go({ after: this.nextPageToken(), page: this.place().page + 1 });
  }

  protected back(): void {
    const page = this.place().page - 1;
    const token = this.tokens.get(page);
    this.go(token ? { after: token, page } : { after: null, page: null });
  }

  private go(queryParams: Params): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge' });
  }
}
