/** What transactions of one category look like. */
export interface Vocabulary {
  readonly category: string;
  /** Names as they stand on statements. */
  readonly merchants: readonly string[];
  /** What a firm of this trade calls itself after its owner's name or town: "Miller Plumbing". */
  readonly trades: readonly string[];
  /** What people type when they write the purpose themselves. */
  readonly memos: readonly string[];
  /** Median amount in major units of a currency of the dollar's size. */
  readonly medianAmount: number;
  /** Standard deviation of the amount's logarithm. */
  readonly spread: number;
  /** How many a company has in an ordinary month. */
  readonly perMonth: number;
  /** Money comes in rather than goes out; 'either' flips a coin. */
  readonly flow: 'out' | 'in' | 'either';
  /** Factor on `perMonth`, January first. */
  readonly season?: readonly number[];
  /** Bills that come on the same day with nearly the same amount each month. */
  readonly recurring?: boolean;
}
