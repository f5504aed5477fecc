import { computed, Directive, effect, inject, input } from '@angular/core';
import type { Sort } from '@angular/material/sort';
import { type Params, Router } from '@angular/router';
import { Store } from '@ngrx/store';
import { authFeature } from '../auth/state/auth.feature.ts';
import { firstPage, type ListQuery, orderOf, orderText, placeOf, wordsOf } from './listing.ts';

/**
 * A page with a list. What is shown is what the address bar says, so a list can be linked to and gone back to: this reads
 * it from there and writes every change of filter and order there.
 */
@Directive()
export abstract class ListPage<Status> {
  private readonly router = inject(Router);
  protected readonly store = inject(Store);

  // Bound by the router from the query parameters.
  readonly q = input<string>();
  readonly status = input<string>();
  readonly sort = input<string>();
  readonly after = input<string>();
  readonly page = input<string>();

  /** Every status there is, with its word in the address bar. */
  protected abstract readonly statuses: readonly { readonly word: string; readonly status: Status }[];
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);

  protected readonly words = computed(() =>
    wordsOf(
      this.status(),
      this.statuses.map(({ word }) => word),
    ),
  );
  protected readonly query = computed<ListQuery<Status>>(() => ({
    search: this.q() ?? '',
    statuses: this.statuses.filter(({ word }) => this.words().includes(word)).map(({ status }) => status),
    place: placeOf({ sort: this.sort(), after: this.after(), page: this.page() }),
  }));
  protected readonly filtered = computed(() => this.query().search !== '' || this.query().statuses.length > 0);
  protected readonly order = computed(() => orderOf(this.query().place));

  constructor() {
    effect(() => this.load(this.query()));
  }

  /** Asks for what the address bar says. */
  protected abstract load(query: ListQuery<Status>): void;

  protected sortBy(sort: Sort): void {
    this.show({ sort: orderText(sort) });
  }

  protected show(change: Params): void {
    void this.router.navigate([], { queryParams: firstPage(change), queryParamsHandling: 'merge' });
  }

  protected clear(): void {
    this.show({ q: null, status: null });
  }
}
