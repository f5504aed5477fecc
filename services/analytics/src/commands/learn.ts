import { money } from '@finflow/chassis/money';
import { memoryKeys } from '../categorization/memory.ts';
import { subjectOf } from '../categorization/model.ts';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import type { Lesson } from '../store/evidence.ts';

/** What a person's decision teaches: one lesson for each feature of the description. */
export function lessonsOf(transaction: CategorizedTransaction): Lesson[] {
  const { description, amountMinor, currency, category } = transaction;
  const amount = amountMinor === null || currency === null ? undefined : money(currency, amountMinor);
  return memoryKeys(subjectOf({ description, amount })).map((feature) => ({ feature, category }));
}
