import { ranked, type Score, type Subject } from './model.ts';
import { words } from './text.ts';

/**
 * Version of `memoryKeys`. Raised with every change of them, `words` included: each release counts under its own, and
 * learns it from the decisions before it serves (commands/learn-decisions.ts). A migration may delete what lies under
 * versions that no running release has.
 */
export const MEMORY_VERSION = 1;

/** How specific a remembered feature is: one word, two neighbouring words, or the whole description. */
type Level = 'word' | 'pair' | 'whole';

/** How often people of one organization chose each category for descriptions with a feature. */
export type Evidence = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * How many imagined decisions the broader view counts for against what is remembered at a level. A single decision about
 * the whole description wins outright (1 against 0.2); a single shared word only tilts.
 */
const PRIOR: Readonly<Record<Level, number>> = { word: 4, pair: 1, whole: 0.2 };

/** Decisions a single feature can be heard with, so that a word in every line does not drown the others. */
const LOUDEST = 5;

/** Characters of a whole description that are remembered: keys stay within an index row whatever the script. */
const LONGEST_WHOLE = 200;

interface Feature {
  readonly level: Level;
  readonly key: string;
}

/**
 * The features of a transaction that decisions are remembered under. Money coming in is remembered apart from money
 * going out: a refund from a shop is not a purchase there. At most 48.
 */
export function memoryKeys(subject: Subject): string[] {
  return features(subject).map(({ key }) => key);
}

/**
 * Moves a model's scores towards what this organization's people decided before: at each level, from single words to the
 * whole description, the scores so far act as a Dirichlet prior to the remembered counts (hierarchical smoothing as in
 * MacKay & Peto, Natural Language Engineering 1 (1995) 289–308). Without evidence the scores stay as they are.
 * Counts are additive, so learning is O(1) a decision, does not depend on the order of decisions, and can be rebuilt.
 */
export function recall(scores: readonly Score[], subject: Subject, evidence: Evidence): Score[] {
  const found = features(subject);
  let current = new Map(scores.map(({ category, probability }) => [category, probability]));
  for (const level of ['word', 'pair', 'whole'] as const) {
    current = smooth(
      current,
      found.filter((feature) => feature.level === level),
      evidence,
      PRIOR[level],
    );
  }
  return ranked([...current].map(([category, probability]) => ({ category, probability })));
}

function smooth(
  prior: Map<string, number>,
  level: readonly Feature[],
  evidence: Evidence,
  strength: number,
): Map<string, number> {
  const masses = new Map<string, number>();
  let total = 0;
  for (const { key } of level) {
    const counts = evidence.get(key);
    if (counts === undefined) continue;
    for (const [category, share] of shares(counts)) {
      masses.set(category, (masses.get(category) ?? 0) + share / level.length);
      total += share / level.length;
    }
  }
  if (total === 0) return prior;
  return new Map(
    [...prior].map(([category, probability]) => [
      category,
      (strength * probability + (masses.get(category) ?? 0)) / (strength + total),
    ]),
  );
}

/** A feature's say per category: its decisions, bounded, times how much they agree (Σ share², 1 when all are one category). */
function shares(counts: ReadonlyMap<string, number>): [string, number][] {
  const entries = [...counts].filter(([, count]) => count > 0);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const agreement = entries.reduce((sum, [, count]) => sum + (count / total) ** 2, 0);
  return entries.map(([category, count]) => [category, (count / total) * Math.min(total, LOUDEST) * agreement]);
}

function features({ description, amount }: Subject): Feature[] {
  const terms = words(description);
  const flow = amount !== undefined && amount > 0 ? 'in' : 'out';
  const pairs = terms.slice(1).map((word, index) => `${terms[index]} ${word}`);
  const whole = terms.length === 0 ? description.trim().toLowerCase() : terms.join(' ');
  return [
    ...[...new Set(terms)].map((word) => ({ level: 'word' as const, key: `${flow}:word:${word}` })),
    ...[...new Set(pairs)].map((pair) => ({ level: 'pair' as const, key: `${flow}:pair:${pair}` })),
    { level: 'whole', key: `${flow}:whole:${whole.slice(0, LONGEST_WHOLE)}` },
  ];
}
