import type { Database } from '@finflow/chassis/database/database';
import { applyListing, type ListingRules, type ListRequest, parseListing, toPage } from '@finflow/chassis/paging';
import type { Refund, RefundStatus } from '../domain/refund.ts';
import { type RefundRow, RefundSchema } from '../store/refunds.ts';

/** Filters combine with AND; one left out matches everything. */
export interface RefundFilters {
  readonly paymentId: string;
  readonly statuses: readonly RefundStatus[];
  readonly createdFrom: Date | undefined;
  readonly createdUntil: Date | undefined;
}

export interface RefundList {
  readonly refunds: readonly Refund[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

const rules: ListingRules<RefundRow> = {
  allowed: {
    created_at: { sql: 'refund.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
    amount: { sql: 'refund.amountMinor', type: 'bigint', value: ({ amountMinor }) => amountMinor },
  },
  defaultOrder: 'created_at desc',
  tieBreaker: { sql: 'refund.id', type: 'uuid', value: ({ id }) => id },
};

/** One page of the organization's refunds. Throws INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`. */
export async function listRefunds(
  database: Database,
  organizationId: string,
  page: ListRequest,
  filters: RefundFilters,
): Promise<RefundList> {
  const listing = parseListing(page, { ...rules, filters });
  const { paymentId, statuses, createdFrom, createdUntil } = filters;
  return await database.tenant(organizationId, async (tx) => {
    const query = tx
      .getRepository(RefundSchema)
      .createQueryBuilder('refund')
      .where('refund.organizationId = :organizationId', { organizationId });
    if (paymentId) query.andWhere('refund.paymentId = :paymentId', { paymentId });
    if (statuses.length > 0) query.andWhere('refund.status in (:...statuses)', { statuses });
    if (createdFrom) query.andWhere('refund.createdAt >= :createdFrom', { createdFrom });
    if (createdUntil) query.andWhere('refund.createdAt < :createdUntil', { createdUntil });
    const totalSize = await query.getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(query, listing).getMany());
    return { refunds: rows, nextPageToken, totalSize };
  });
}
