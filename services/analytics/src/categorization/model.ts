import { currencyExponent, type Money } from '@finflow/chassis/money';

/** What is known of a transaction before it has a category. */
export interface Subject {
  readonly description: string;
  /** Amount in major units (12.34), below zero for money going out; undefined when it was not given. */
  readonly amount?: number;
}

/** What the model is told of a transaction. */
export function subjectOf({ description, amount }: { readonly description: string; readonly amount?: Money }): Subject {
  if (amount === undefined) return { description };
  return { description, amount: Number(amount.amountMinor) / 10 ** currencyExponent(amount.currencyCode) };
}

/** One category and how likely it is. */
export interface Score {
  readonly category: string;
  /** 0–1; the scores of one prediction add up to 1. */
  readonly probability: number;
}

/**
 * Anything that sorts transactions into categories. Predictions are pure: the same model and subject give the same
 * scores, on every machine.
 */
export interface CategoryModel {
  /** Identifies the model and its version in logs and stored decisions. */
  readonly version: string;
  readonly categories: readonly string[];
  /** All categories, the likeliest first. */
  predict(subject: Subject): Score[];
}

/** Likeliest first; equal ones by name, so that the order never depends on the sort. */
export function ranked(scores: readonly Score[]): Score[] {
  return [...scores].sort((a, b) => b.probability - a.probability || (a.category < b.category ? -1 : 1));
}
