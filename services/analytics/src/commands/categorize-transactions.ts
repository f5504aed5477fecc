import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { subjectOf } from '../categorization/model.ts';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import { transactionCategorized } from '../events/published.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { insertTransactions } from '../store/transactions.ts';
import { decideAll, type NewTransaction, ownCurrency, predictAll } from './categorize.ts';

/**
 * Categorizes transactions, keeps them, all or none, and publishes `transaction_categorized` for those with an amount.
 * Accounting books the outflows that are certain enough; everything else waits for a person.
 *
 * @throws DomainError UNAVAILABLE `BOOKS_NOT_OPEN`
 */
export async function categorizeTransactions(
  parts: AnalyticsParts,
  actor: Actor,
  given: readonly NewTransaction[],
  key: RequestKey | undefined,
): Promise<CategorizedTransaction[]> {
  const { organizationId, userId } = actor;
  const transactions = await nameCurrencies(parts, organizationId, given);
  // Before the transaction: a connection must not wait for a thread.
  const predictions = await predictAll(parts, transactions.map(subjectOf));
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

async function nameCurrencies(
  parts: AnalyticsParts,
  organizationId: string,
  given: readonly NewTransaction[],
): Promise<readonly NewTransaction[]> {
  if (given.every(({ amount }) => amount?.currencyCode !== '')) return given;
  const own = await ownCurrency(parts, organizationId);
  return given.map(({ amount, ...rest }) => ({
    ...rest,
    amount: amount && { ...amount, currencyCode: amount.currencyCode || own },
  }));
}
