import type { Example } from '../categorization/training.ts';
import type { SyntheticTransaction } from './transactions.ts';

/** Every so many transactions come without an amount, as a person asking for a category may leave it out. */
const WITHOUT_AMOUNT_EVERY = 6;
const HELD_OUT_SHARE = 5;

/** Training examples from synthetic transactions. */
export function examplesOf(transactions: Iterable<SyntheticTransaction>): Example[] {
  return Array.from(transactions, ({ description, amountMinor, category }, index) => ({
    description,
    category,
    ...(index % WITHOUT_AMOUNT_EVERY === 0 ? {} : { amount: Number(amountMinor) / 100 }),
  }));
}

/** Whether a merchant is one of the fifth that evaluation keeps out of training, to see how names never met are judged. */
export function isHeldOut({ merchant }: SyntheticTransaction): boolean {
  let sum = 0;
  for (const letter of merchant) sum = (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return (sum >>> 0) % HELD_OUT_SHARE === 0;
}
