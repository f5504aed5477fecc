import type { Database } from '@finflow/chassis/database/database';
import { containing } from '@finflow/chassis/database/text-search';
import { applyListing, type ListingRules, type ListRequest, parseListing, toPage } from '@finflow/chassis/paging';
import type { SelectQueryBuilder } from 'typeorm';
import type { Payment, PaymentStatus } from '../domain/payment.ts';
import { type PaymentRow, PaymentSchema } from '../store/payments.ts';

/** Filters combine with AND; one left out matches everything. */
export interface PaymentFilters {
  readonly statuses: readonly PaymentStatus[];
  readonly invoiceId: string;
  /** Part of the description or of the processor's id, whatever the case. */
  readonly query: string;
  readonly currencyCode: string;
  readonly amountMinorMin: bigint | undefined;
  readonly amountMinorMax: bigint | undefined;
  readonly createdFrom: Date | undefined;
  readonly createdUntil: Date | undefined;
}

export interface PaymentList {
  readonly payments: readonly Payment[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

const rules: ListingRules<PaymentRow> = {
  allowed: {
    created_at: { sql: 'payment.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
    amount: { sql: 'payment.amountMinor', type: 'bigint', value: ({ amountMinor }) => amountMinor },
    status: { sql: 'payment.status', type: 'text', value: ({ status }) => status },
  },
  defaultOrder: 'created_at desc',
  tieBreaker: { sql: 'payment.id', type: 'uuid', value: ({ id }) => id },
};

/** One page of the organization's payments. Throws INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`. */
export async function listPayments(
  database: Database,
  organizationId: string,
  page: ListRequest,
  filters: PaymentFilters,
): Promise<PaymentList> {
  const listing = parseListing(page, { ...rules, filters });
  return await database.tenant(organizationId, async (tx) => {
    const query = tx
      .getRepository(PaymentSchema)
      .createQueryBuilder('payment')
      .where('payment.organizationId = :organizationId', { organizationId });
    narrow(query, filters);
    const totalSize = await query.getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(query, listing).getMany());
    return { payments: rows, nextPageToken, totalSize };
  });
}

function narrow(query: SelectQueryBuilder<PaymentRow>, filters: PaymentFilters): void {
  const { statuses, invoiceId, currencyCode, amountMinorMin, amountMinorMax, createdFrom, createdUntil } = filters;
  if (statuses.length > 0) query.andWhere('payment.status in (:...statuses)', { statuses });
  if (invoiceId) query.andWhere('payment.invoiceId = :invoiceId', { invoiceId });
  if (currencyCode) query.andWhere('payment.currencyCode = :currencyCode', { currencyCode });
  if (amountMinorMin !== undefined) query.andWhere('payment.amountMinor >= :amountMinorMin', { amountMinorMin });
  if (amountMinorMax !== undefined) query.andWhere('payment.amountMinor <= :amountMinorMax', { amountMinorMax });
  if (createdFrom) query.andWhere('payment.createdAt >= :createdFrom', { createdFrom });
  if (createdUntil) query.andWhere('payment.createdAt < :createdUntil', { createdUntil });
  if (filters.query) {
    query.andWhere('(payment.description ilike :pattern or payment.processorId ilike :pattern)', {
      pattern: containing(filters.query),
    });
  }
}
