import { money } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import { memoryKeys } from '../categorization/memory.ts';
import { subjectOf } from '../categorization/model.ts';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import { addEvidence, type Lesson, learntDecisions, removeEvidence, saveLearntDecisions } from '../store/evidence.ts';

/**
 * Counts what people decided on these transactions, which the caller holds locked: each decision once, however often it
 * is taught, and in place of what the same transaction had taught before.
 *
 * @returns how many were not counted yet
 */
export async function learn(
  tx: EntityManager,
  organizationId: string,
  decided: readonly CategorizedTransaction[],
): Promise<number> {
  const known = await learntDecisions(
    tx,
    decided.map(({ id }) => id),
  );
  const news = decided.filter(({ id, category }) => known.get(id) !== category);
  if (news.length === 0) return 0;
  const outdated = news.flatMap((transaction) => {
    const category = known.get(transaction.id);
    return category === undefined ? [] : lessonsOf({ ...transaction, category });
  });
  if (outdated.length > 0) await removeEvidence(tx, outdated);
  await addEvidence(tx, organizationId, news.flatMap(lessonsOf));
  await saveLearntDecisions(
    tx,
    organizationId,
    news.map(({ id, category }) => ({ transactionId: id, category })),
  );
  return news.length;
}

/** What a person's decision teaches: one lesson for each feature of the description. */
function lessonsOf({ description, amountMinor, currency, category }: CategorizedTransaction): Lesson[] {
  const amount = amountMinor === null || currency === null ? undefined : money(currency, amountMinor);
  return memoryKeys(subjectOf({ description, amount })).map((feature) => ({ feature, category }));
}
