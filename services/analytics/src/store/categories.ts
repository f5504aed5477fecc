import type { EntityManager } from 'typeorm';
import type { Category, CategoryKind } from '../categorization/categories.ts';

/** Fields the catalogue is read by; the columns of the table are those of `Category`. */
export interface CategoryFilter {
  /** Empty: any. */
  readonly kinds: readonly CategoryKind[];
}

export async function countCategories(tx: EntityManager, { kinds }: CategoryFilter): Promise<number> {
  const [row]: { count: number }[] = await tx.query(
    'select count(*)::int as count from categories where $1 or kind = any($2::text[])',
    [kinds.length === 0, kinds],
  );
  return row?.count ?? 0;
}

/** A page of the catalogue; `where`, `orderBy` and `limit` are a listing's SQL whose parameters start at $3. */
export async function readCategories(
  tx: EntityManager,
  { kinds }: CategoryFilter,
  page: { where: string; orderBy: string; limit: number; parameters: readonly string[] },
): Promise<Category[]> {
  return await tx.query(
    `select key, name, description, kind from categories
     where ($1 or kind = any($2::text[])) and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
    [kinds.length === 0, kinds, ...page.parameters],
  );
}
