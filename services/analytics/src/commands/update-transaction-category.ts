import { aborted, notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { isCategory } from '../categorization/categories.ts';
import { MEMORY_VERSION } from '../categorization/memory.ts';
import { type CategorizedTransaction, decide } from '../domain/transaction.ts';
import { transactionCategorized } from '../events/published.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { addEvidence, lockEvidence, memoryVersion, removeEvidence } from '../store/evidence.ts';
import { lockTransaction, saveDecision } from '../store/transactions.ts';
import { lessonsOf } from './learn.ts';
import { refreshMemory } from './refresh-memory.ts';

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
      await refreshMemory(tx, organizationId);
      await lockEvidence(tx, organizationId, 'shared');
      // A process of another release got in between; the lessons it counts by are not those taken back here.
      if ((await memoryVersion(tx)) !== MEMORY_VERSION) {
        throw aborted('CONCURRENT_CHANGE', 'What was learnt is being rebuilt; try again.');
      }
      const before = await lockTransaction(tx, id);
      if (before === null) throw notFound('TRANSACTION_NOT_FOUND', 'There is no transaction with this id.', 'id');
      const after = decide(before, category, clock.now());
      if (after === before) return before;
      await saveDecision(tx, after);
      // What a person had taught by this transaction is taken back: the last word counts, and once.
      if (before.decidedBy === 'person') await removeEvidence(tx, lessonsOf(before));
      await addEvidence(tx, organizationId, lessonsOf(after));
      await appendEvents(tx, transactionCategorized(after, userId));
      return after;
    }),
  );
}
