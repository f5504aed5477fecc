import type { Params } from '@angular/router';
import { countIn, textIn, wordIn } from '../address/parameters.ts';

/** Where a person is in a list: what the address bar holds besides the filters. */
export interface Place {
  /** `due_date desc`, as the contracts write it; empty for the list's own order. */
  readonly orderBy: string;
  /** The service's token of the page; empty for the first. */
  readonly pageToken: string;
  /** Number of the page, from 1. */
  readonly page: number;
}

/** What the address bar asks of a list. */
export interface ListQuery<Status> {
  readonly search: string;
  readonly statuses: readonly Status[];
  readonly place: Place;
}

/** Rows on one page of a list. */
export const pageSize = 25;

/** Characters of a search text, by the contracts. */
export const longestSearch = 200;
const longestToken = 4096;

/**
 * Reads the place from query parameters as the router hands them over, for a list that can be sorted by `columns`. A
 * page without a token, or the other way round, is the first page.
 */
export function placeOf(
  { sort, after, page }: { sort?: unknown; after?: unknown; page?: unknown },
  columns: readonly string[],
): Place {
  const orders = columns.flatMap((column) => [column, `${column} desc`]);
  const orderBy = wordIn(sort, orders) ?? '';
  const pageToken = textIn(after, longestToken);
  const number = countIn(page, 2);
  return pageToken && number ? { orderBy, pageToken, page: number } : { orderBy, pageToken: '', page: 1 };
}

/** Query parameters of the first page under a changed filter or order: a page token is good for its own list only. */
export function firstPage(change: Params): Params {
  return { ...change, after: null, page: null };
}

/** The sorted column of a table and its direction, as a contract's `order_by` says; empty when none is. */
export function orderOf({ orderBy }: Place): { column: string; direction: 'asc' | 'desc' | '' } {
  const [column = '', direction] = orderBy.split(' ');
  if (!column) return { column, direction: '' };
  return { column, direction: direction === 'desc' ? 'desc' : 'asc' };
}

/** A contract's `order_by` for a sorted table; null for the list's own order. */
export function orderText({ active, direction }: { active: string; direction: 'asc' | 'desc' | '' }): string | null {
  if (!direction) return null;
  return direction === 'desc' ? `${active} desc` : active;
}
