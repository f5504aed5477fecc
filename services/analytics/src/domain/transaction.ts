/** Who decided a category. */
export type DecidedBy = 'model' | 'person';

/** One category the model thought of. */
export interface CategoryScore {
  readonly category: string;
  /** 0–1. */
  readonly confidence: number;
}

/** A bank transaction with the decision on it. */
export interface CategorizedTransaction {
  readonly organizationId: string;
  readonly id: string;
  /** Who brought it in. */
  readonly userId: string;
  readonly date: string;
  readonly description: string;
  /** Below zero for money going out; null, with the currency, when no amount was given. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly category: string;
  /** 1 when a person decided. */
  readonly confidence: number;
  readonly needsReview: boolean;
  readonly decidedBy: DecidedBy;
  /** What the model thought, the likeliest first. */
  readonly scores: readonly CategoryScore[];
  readonly modelVersion: string;
  /** 1, and one more for each decision since. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One read from a bank's file, recognizable when the file comes again. */
export interface ImportedTransaction extends CategorizedTransaction {
  /** SHA-256 of what the row says. */
  readonly fingerprint: Buffer;
  /** 0 for the first of equal rows in its file. */
  readonly occurrence: number;
}

const MOST_ALTERNATIVES = 4;

/** What else the model thought of, beside the category the transaction is in. */
export function alternatives({ category, scores }: CategorizedTransaction): CategoryScore[] {
  return scores.filter((score) => score.category !== category).slice(0, MOST_ALTERNATIVES);
}

/** The transaction as a person decided it; the same one when that person-made decision stands already. */
export function decide(transaction: CategorizedTransaction, category: string, now: Date): CategorizedTransaction {
  if (transaction.decidedBy === 'person' && transaction.category === category) return transaction;
  return {
    ...transaction,
    category,
    confidence: 1,
    needsReview: false,
    decidedBy: 'person',
    version: transaction.version + 1,
    updatedAt: now,
  };
}
