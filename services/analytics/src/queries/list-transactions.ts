import { containing } from '@finflow/chassis/database/text-search';
import { applyListing, type ListRequest, parseListing, toPage } from '@finflow/chassis/paging';
import type { SelectQueryBuilder } from 'typeorm';
import type { CategorizedTransaction, DecidedBy } from '../domain/transaction.ts';
import type { AnalyticsParts } from '../parts.ts';
import { TransactionSchema } from '../store/transactions.ts';

/** Filters combine with AND; an empty or undefined one lets everything through. */
export interface TransactionFilter {
  readonly categories: readonly string[];
  readonly needsReview: boolean | undefined;
  readonly decidedBy: DecidedBy | undefined;
  /** Part of the description, whatever the case. */
  readonly query: string;
  readonly currency: string;
  readonly amountMinorMin: bigint | undefined;
  readonly amountMinorMax: bigint | undefined;
  readonly dateFrom: string;
  readonly dateTo: string;
}

export interface TransactionPage {
  readonly transactions: CategorizedTransaction[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/** @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY` */
export async function listTransactions(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
  filter: TransactionFilter,
  request: ListRequest,
): Promise<TransactionPage> {
  const listing = parseListing<CategorizedTransaction>(request, {
    allowed: {
      date: { sql: 'transaction.date', type: 'date', value: ({ date }) => date },
      created_at: { sql: 'transaction.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
      // Without an amount a transaction stands with those of zero: a sort value is never null.
      amount: {
        sql: 'coalesce(transaction.amountMinor, 0)',
        type: 'bigint',
        value: ({ amountMinor }) => amountMinor ?? 0n,
      },
      confidence: { sql: 'transaction.confidence', type: 'float8', value: ({ confidence }) => confidence },
    },
    tieBreaker: { sql: 'transaction.id', type: 'uuid', value: ({ id }) => id },
    defaultOrder: 'date desc',
    filters: filter,
  });
  return await database.tenant(organizationId, async (tx) => {
    const query = tx.createQueryBuilder(TransactionSchema, 'transaction').where('true');
    narrow(query, filter);
    const totalSize = await query.getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(query, listing).getMany());
    return { transactions: rows, nextPageToken, totalSize };
  });
}

function narrow(query: SelectQueryBuilder<CategorizedTransaction>, filter: TransactionFilter): void {
  const { categories, needsReview, decidedBy, currency, amountMinorMin, amountMinorMax, dateFrom, dateTo } = filter;
  if (categories.length > 0) query.andWhere('transaction.category = any(:categories)', { categories });
  if (needsReview !== undefined) query.andWhere('transaction.needsReview = :needsReview', { needsReview });
  if (decidedBy !== undefined) query.andWhere('transaction.decidedBy = :decidedBy', { decidedBy });
  if (currency !== '') query.andWhere('transaction.currency = :currency', { currency });
  if (amountMinorMin !== undefined) query.andWhere('transaction.amountMinor >= :min', { min: String(amountMinorMin) });
  if (amountMinorMax !== undefined) query.andWhere('transaction.amountMinor <= :max', { max: String(amountMinorMax) });
  if (dateFrom !== '') query.andWhere('transaction.date >= :dateFrom', { dateFrom });
  if (dateTo !== '') query.andWhere('transaction.date <= :dateTo', { dateTo });
  if (filter.query !== '') {
    query.andWhere('transaction.description ilike :query', { query: containing(filter.query) });
  }
}
