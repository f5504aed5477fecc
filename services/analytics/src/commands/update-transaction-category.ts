import { notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { isCategory } from '../categorization/categories.ts';
import { type CategorizedTransaction, decide } from '../domain/transaction.ts';
import { transactionCategorized } from '../events/published.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { lockTransaction, saveDecision } from '../store/transactions.ts';
import { learn } from './learn.ts';

/**
 * Sets a transaction's category by a person, which teaches the organization's model and publishes the next version of
 * `transaction_categorized`. Confirming a person's own earlier decision changes nothing.
 *
 * @throws DomainError NOT_FOUND `TRANSACTION_NOT_FOUND`, `CATEGORY_NOT_FOUND`; ABORTED `CONCURRENT_CHANGE`
 */
export async function updateTransactionCategory(
  { database, clock }: Pick<AnalyticsParts, 'database' | 'clock'>,
  { organizationId, userId }: Actor,
  id: string,
  category: string,
  key: RequestKey | undefined,
): Promise<CategorizedTransaction> {
  if (!isCategory(category)) throw notFound('CATEGORY_NOT_FOUND', `There is no category "${category}".`, 'category');
  return await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const before = await lockTransaction(tx, id);
      if (before === null) throw notFound('TRANSACTION_NOT_FOUND', 'There is no transaction with this id.', 'id');
      const after = decide(before, category, clock.now());
      if (after === before) return before;
      await saveDecision(tx, after);
      await learn(tx, organizationId, [after]);
      await appendEvents(tx, transactionCategorized(after, userId));
      return after;
    }),
  );
}
