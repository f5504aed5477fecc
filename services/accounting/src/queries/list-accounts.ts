import { containing } from '@finflow/chassis/database/text-search';
import { applyListing, type ListRequest, parseListing, type SortField, toPage } from '@finflow/chassis/paging';
import type { SelectQueryBuilder } from 'typeorm';
import type { Account, AccountType } from '../domain/account.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { type AccountRow, AccountSchema } from '../store/accounts.ts';
import { type Balance, balancesOf } from '../store/balances.ts';
import { organizationOf } from '../store/organizations.ts';

/** Filters combine with AND; what is empty filters nothing. */
export interface AccountFilters {
  readonly types: readonly AccountType[];
  /** Part of code or name, whatever the case. */
  readonly query: string;
  readonly includeClosed: boolean;
}

export interface AccountPage {
  readonly accounts: readonly { readonly account: Account; readonly balances: readonly Balance[] }[];
  readonly nextPageToken: string;
  /** On all pages. */
  readonly totalSize: number;
}

const allowed: Readonly<Record<string, SortField<AccountRow>>> = {
  code: { sql: 'account.code', type: 'text', value: ({ code }) => code },
  name: { sql: 'account.name', type: 'text', value: ({ name }) => name },
  type: { sql: 'account.type', type: 'text', value: ({ type }) => type },
};
const tieBreaker: SortField<AccountRow> = { sql: 'account.id', type: 'uuid', value: ({ id }) => id };

/**
 * One page of the chart of accounts, with balances.
 *
 * @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`; UNAVAILABLE `BOOKS_NOT_OPEN`
 */
export async function listAccounts(
  { database }: AccountingParts,
  actor: Actor,
  filters: AccountFilters,
  request: ListRequest,
): Promise<AccountPage> {
  const listing = parseListing(request, { allowed, defaultOrder: 'code', tieBreaker, filters });
  return await database.tenant(actor.organizationId, async (tx) => {
    // The chart is as old as the books: without them the page would be empty, and wrong.
    await organizationOf(tx);
    const matching = () => filtered(tx.createQueryBuilder(AccountSchema, 'account'), filters);
    const totalSize = await matching().getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(matching(), listing).getMany());
    const balances = await balancesOf(
      tx,
      rows.map(({ id }) => id),
    );
    const accounts = rows.map((account) => ({ account, balances: balances.get(account.id) ?? [] }));
    return { accounts, nextPageToken, totalSize };
  });
}

function filtered(
  query: SelectQueryBuilder<AccountRow>,
  { types, query: text, includeClosed }: AccountFilters,
): SelectQueryBuilder<AccountRow> {
  if (types.length > 0) query.andWhere('account.type in (:...types)', { types });
  if (text !== '') query.andWhere('(account.code ilike :text or account.name ilike :text)', { text: containing(text) });
  if (!includeClosed) query.andWhere('account.closedAt is null');
  return query;
}
