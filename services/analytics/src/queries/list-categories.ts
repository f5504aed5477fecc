import { type ListRequest, listingSql, parseListing, toPage } from '@finflow/chassis/paging';
import type { Category, CategoryKind } from '../categorization/categories.ts';
import type { AnalyticsParts } from '../parts.ts';
import { countCategories, readCategories } from '../store/categories.ts';

export interface CategoryPage {
  readonly categories: Category[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/**
 * The catalogue. @param kinds empty for all
 * @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`
 */
export async function listCategories(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
  kinds: readonly CategoryKind[],
  request: ListRequest,
): Promise<CategoryPage> {
  const key = { sql: 'key', type: 'text', value: (category: Category) => category.key } as const;
  const listing = parseListing<Category>(request, {
    allowed: { name: { sql: 'name', type: 'text', value: ({ name }) => name }, category: key },
    tieBreaker: key,
    defaultOrder: 'name',
    filters: kinds,
  });
  return await database.tenant(organizationId, async (tx) => {
    const found = await readCategories(tx, { kinds }, listingSql(listing, 3));
    const { rows, nextPageToken } = toPage(listing, found);
    return { categories: rows, nextPageToken, totalSize: await countCategories(tx, { kinds }) };
  });
}
