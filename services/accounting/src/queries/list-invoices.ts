import { containing } from '@finflow/chassis/database/text-search';
import { applyListing, type ListRequest, parseListing, type SortField, toPage } from '@finflow/chassis/paging';
import type { SelectQueryBuilder } from 'typeorm';
import type { Invoice, InvoiceHeader, InvoiceStatus } from '../domain/invoice.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { InvoiceSchema, withLineItems } from '../store/invoices.ts';

/** Filters combine with AND; what is empty or undefined filters nothing. */
export interface InvoiceFilters {
  readonly statuses: readonly InvoiceStatus[];
  /** Part of number, client or client's email, whatever the case. */
  readonly query: string;
  readonly currencyCode: string;
  readonly amountMinorMin?: bigint;
  readonly amountMinorMax?: bigint;
  readonly dueDateFrom: string;
  readonly dueDateTo: string;
  readonly issueDateFrom: string;
  readonly issueDateTo: string;
}

export interface InvoicePage {
  readonly invoices: readonly Invoice[];
  readonly nextPageToken: string;
  /** On all pages. */
  readonly totalSize: number;
}

const allowed: Readonly<Record<string, SortField<InvoiceHeader>>> = {
  created_at: { sql: 'invoice.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
  issue_date: { sql: 'invoice.issueDate', type: 'date', value: ({ issueDate }) => issueDate },
  due_date: { sql: 'invoice.dueDate', type: 'date', value: ({ dueDate }) => dueDate },
  amount: { sql: 'invoice.totalMinor', type: 'bigint', value: ({ totalMinor }) => totalMinor },
  client: { sql: 'invoice.client', type: 'text', value: ({ client }) => client },
  number: { sql: 'invoice.number', type: 'text', value: ({ number }) => number },
  status: { sql: 'invoice.status', type: 'text', value: ({ status }) => status },
};
const tieBreaker: SortField<InvoiceHeader> = { sql: 'invoice.id', type: 'uuid', value: ({ id }) => id };

/**
 * One page of the organization's invoices.
 *
 * @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`
 */
export async function listInvoices(
  { database }: AccountingParts,
  actor: Actor,
  filters: InvoiceFilters,
  request: ListRequest,
): Promise<InvoicePage> {
  const listing = parseListing(request, { allowed, defaultOrder: 'created_at desc', tieBreaker, filters });
  return await database.tenant(actor.organizationId, async (tx) => {
    const matching = () => filtered(tx.createQueryBuilder(InvoiceSchema, 'invoice'), filters);
    const totalSize = await matching().getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(matching(), listing).getMany());
    return { invoices: await withLineItems(tx, rows), nextPageToken, totalSize };
  });
}

function filtered(
  query: SelectQueryBuilder<InvoiceHeader>,
  filters: InvoiceFilters,
): SelectQueryBuilder<InvoiceHeader> {
  const { statuses, currencyCode, amountMinorMin, amountMinorMax } = filters;
  if (statuses.length > 0) query.andWhere('invoice.status in (:...statuses)', { statuses });
  if (filters.query !== '') {
    query.andWhere('(invoice.number ilike :query or invoice.client ilike :query or invoice.clientEmail ilike :query)', {
      query: containing(filters.query),
    });
  }
  if (currencyCode !== '') query.andWhere('invoice.currency = :currencyCode', { currencyCode });
  if (amountMinorMin !== undefined) query.andWhere('invoice.totalMinor >= :min', { min: amountMinorMin.toString() });
  if (amountMinorMax !== undefined) query.andWhere('invoice.totalMinor <= :max', { max: amountMinorMax.toString() });
  const { dueDateFrom, dueDateTo, issueDateFrom, issueDateTo } = filters;
  if (dueDateFrom !== '') query.andWhere('invoice.dueDate >= :dueDateFrom', { dueDateFrom });
  if (dueDateTo !== '') query.andWhere('invoice.dueDate <= :dueDateTo', { dueDateTo });
  if (issueDateFrom !== '') query.andWhere('invoice.issueDate >= :issueDateFrom', { issueDateFrom });
  if (issueDateTo !== '') query.andWhere('invoice.issueDate <= :issueDateTo', { issueDateTo });
  return query;
}
