import { computed, Directive, effect, inject, input, type Signal } from '@angular/core';
import type { Sort } from '@angular/material/sort';
import { type Params, Router } from '@angular/router';
import { Store } from '@ngrx/store';
import { textIn, wordsIn } from '../address/parameters.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import type { Remote } from '../state/remote.ts';
import { firstPage, type ListQuery, longestSearch, orderOf, orderText, placeOf } from './listing.ts';

/**
 * A page with a list. What is shown is what the address bar says, so a list can be linked to and gone back to: this reads
 * it from there and writes every change of filter and order there.
 */
@Directive()
export abstract class ListPage<Status> {
  private readonly router = inject(Router);
  protected readonly store = inject(Store);

  // Bound by the router from the query parameters.
  readonly q = input<unknown>();
  readonly status = input<unknown>();
  readonly sort = input<unknown>();
  readonly after = input<unknown>();
  readonly page = input<unknown>();

  /** Every status there is, with its word in the address bar. */
  protected abstract readonly statuses: readonly { readonly word: string; readonly status: Status }[];
  /** The columns it can be sorted by, as the contract names them. */
  protected abstract readonly columns: readonly string[];
  protected abstract readonly list: Signal<Remote<unknown>>;
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);

  protected readonly words = computed(() =>
    wordsIn(
      this.status(),
      this.statuses.map(({ word }) => word),
    ),
  );
  protected readonly query = computed<ListQuery<Status>>(() => ({
    search: textIn(this.q(), longestSearch),
    statuses: this.statuses.filter(({ word }) => this.words().includes(word)).map(({ status }) => status),
    place: placeOf({ sort: this.sort(), after: this.after(), page: this.page() }, this.columns),
  }));
  protected readonly filtered = computed(() => this.query().search !== '' || this.query().statuses.length > 0);
  protected readonly order = computed(() => orderOf(this.query().place));

  constructor() {
    effect(() => this.load(this.query()));
    // Only the service can read a token. One it does not take, of another list or cut off, leads to the first page.
    effect(() => {
      if ('page_token' in (this.list().problem?.fields ?? {})) this.show({}, true);
    });
  }

  /** Asks for what the address bar says. */
  protected abstract load(query: ListQuery<Status>): void;

  protected sortBy(sort: Sort): void {
    this.show({ sort: orderText(sort) });
  }

  protected show(change: Params, replaceUrl = false): void {
    void this.router.navigate([], { queryParams: firstPage(change), queryParamsHandling: 'merge', replaceUrl });
  }

  protected clear(): void {
    this.show({ q: null, status: null });
  }
}
