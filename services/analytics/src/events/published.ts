import type { NewEvent } from '@finflow/chassis/outbox/append';
import type { CategorizedTransaction } from '../domain/transaction.ts';

/**
 * `transaction_categorized`, for each decision on a transaction. One without an amount publishes nothing: there is
 * nothing to book.
 * @param userId who brought the transaction in, or decided.
 */
export function transactionCategorized(transaction: CategorizedTransaction, userId: string): NewEvent[] {
  const { organizationId, id, version, amountMinor, currency } = transaction;
  if (amountMinor === null || currency === null) return [];
  return [
    {
      topic: 'transaction_categorized',
      organizationId,
      payload: {
        id,
        version,
        userId,
        organizationId,
        date: transaction.date,
        description: transaction.description,
        amount: amountMinor,
        currency,
        category: transaction.category,
        confidence: transaction.confidence,
        decidedBy: transaction.decidedBy,
        createdAt: transaction.updatedAt.toISOString(),
      },
    },
  ];
}
