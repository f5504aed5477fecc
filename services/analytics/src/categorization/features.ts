import type { Subject } from './model.ts';
import { words } from './text.ts';

/** Buckets the features are hashed into. A power of two. */
export const BUCKETS = 2 ** 14;

/** Sparse vector: distinct buckets and their values. */
export interface Features {
  readonly buckets: readonly number[];
  readonly values: readonly number[];
}

const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;

/**
 * Words, neighbouring words, character n-grams of each word (misspelt, cut off and compound names keep most of theirs)
 * and the amount's sign and size, hashed into a fixed number of buckets (Weinberger et al., "Feature hashing for large
 * scale multitask learning", ICML 2009). Each group is scaled to length one, so that a long text does not shout.
 */
export function featuresOf(subject: Subject): Features {
  const terms = words(subject.description);
  const sums = new Map<number, number>();
  addGroup(
    sums,
    terms.map((word) => `w:${word}`),
    1,
  );
  addGroup(
    sums,
    terms.slice(1).map((word, index) => `b:${terms[index]} ${word}`),
    0.7,
  );
  addGroup(sums, terms.flatMap(grams), 1);
  addGroup(sums, amountFeatures(subject.amount), 1);
  addGroup(sums, ['bias'], 0.3);
  return { buckets: [...sums.keys()], values: [...sums.values()] };
}

function addGroup(sums: Map<number, number>, features: readonly string[], weight: number): void {
  const value = weight / Math.sqrt(Math.max(1, features.length));
  for (const feature of features) {
    const bucket = hash(feature) & (BUCKETS - 1);
    sums.set(bucket, (sums.get(bucket) ?? 0) + value);
  }
}

function grams(word: string): string[] {
  const padded = `^${word}$`;
  const found: string[] = [];
  for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++) {
    for (let start = 0; start + size <= padded.length; start++) found.push(`c:${padded.slice(start, start + size)}`);
  }
  return found;
}

/** Sign, and size on two scales, each with the sign: 40 out and 40 in have nothing in common. */
function amountFeatures(amount: number | undefined): string[] {
  if (amount === undefined || amount === 0) return ['a:none'];
  const sign = amount < 0 ? 'out' : 'in';
  const size = Math.log2(Math.max(0.01, Math.abs(amount)));
  return [`a:${sign}`, `a:${sign}:${Math.round(size)}`, `a:${sign}:wide:${Math.round(size / 3)}`];
}

/** FNV-1a, 32 bit, finished by murmur3's mix so that the low bits used here are as good as the high ones. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
