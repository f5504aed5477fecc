import { money } from '@finflow/chassis/money';
import { memoryKeys } from '../categorization/memory.ts';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import type { EvidenceChange } from '../store/evidence.ts';
import { subjectOf } from './categorize.ts';

/** What a person's decision teaches: one count for each feature of the description. @param times −1 to take it back */
export function lessonOf(transaction: CategorizedTransaction, times: 1 | -1): EvidenceChange[] {
  const { description, amountMinor, currency, category } = transaction;
  const amount = amountMinor === null || currency === null ? undefined : money(currency, amountMinor);
  return memoryKeys(subjectOf({ description, amount })).map((feature) => ({ feature, category, decisions: times }));
}
