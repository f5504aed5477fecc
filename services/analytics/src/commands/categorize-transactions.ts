import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import { transactionCategorized } from '../events/published.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { insertTransactions } from '../store/transactions.ts';
import { decideAll, type NewTransaction, predictAll, subjectOf } from './categorize.ts';

/**
 * Categorizes transactions, keeps them, all or none, and publishes `transaction_categorized` for those with an amount.
 * Accounting books the outflows that are certain enough; everything else waits for a person.
 */
export async function categorizeTransactions(
  parts: AnalyticsParts,
  actor: Actor,
  transactions: readonly NewTransaction[],
  key: RequestKey | undefined,
): Promise<CategorizedTransaction[]> {
  // Before the transaction: a connection must not wait for a thread.
  const predictions = await predictAll(parts, transactions.map(subjectOf));
  const { organizationId, userId } = actor;
  return await parts.database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const decided = await decideAll(tx, parts, actor, transactions, predictions);
      await insertTransactions(tx, decided);
      await appendEvents(
        tx,
        decided.flatMap((transaction) => transactionCategorized(transaction, userId)),
      );
      return decided;
    }),
  );
}
