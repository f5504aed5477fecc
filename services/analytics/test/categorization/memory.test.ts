import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Evidence, MEMORY_VERSION, memoryKeys, recall } from '../../src/categorization/memory.ts';
import type { Score, Subject } from '../../src/categorization/model.ts';

const prior: Score[] = [
  { category: 'meals', probability: 0.7 },
  { category: 'travel', probability: 0.2 },
  { category: 'other', probability: 0.1 },
];

/** What people decided, as the counts the store keeps. */
function decided(...decisions: [Subject, string][]): Evidence {
  const evidence = new Map<string, Map<string, number>>();
  for (const [subject, category] of decisions) {
    for (const key of memoryKeys(subject)) {
      const counts = evidence.get(key) ?? new Map<string, number>();
      evidence.set(key, counts.set(category, (counts.get(category) ?? 0) + 1));
    }
  }
  return evidence;
}

const shop = { description: 'Kiosk Nord 41', amount: -5 };
const probabilityOf = (scores: Score[], category: string) =>
  scores.find((score) => score.category === category)?.probability ?? 0;

test('the same words under the same version: whoever changes the features raises MEMORY_VERSION', () => {
  const subjects = [
    { description: 'KARTUSO Zvendi 4411, Bäckerei', amount: -30 },
    { description: "O'Neil & Sons (99designs) REF AB12345", amount: 12 },
    { description: '東京電力 — 2026/03' },
    { description: '4411 8812' },
  ];
  const digest = createHash('sha256')
    .update(JSON.stringify(subjects.map(memoryKeys)))
    .digest('hex');
  expect([MEMORY_VERSION, digest]).toEqual([1, '6e10ba9667a1cb02c402d93fbfcd1ce9d0603a261e1116fcd729438f7f9a7282']);
});

describe('memory', () => {
  test('changes nothing without evidence', () => {
    expect(recall(prior, shop, new Map())).toEqual(prior);
    expect(recall(prior, shop, decided([{ description: 'Elsewhere' }, 'travel']))).toEqual(prior);
  });

  test('follows a single decision about the same description beyond the review threshold', () => {
    const [best] = recall(prior, { ...shop, description: 'KIOSK NORD 88' }, decided([shop, 'travel']));
    expect(best?.category).toBe('travel');
    expect(best?.probability).toBeGreaterThan(0.8);
  });

  test('only tilts by one shared word', () => {
    const tilted = recall(prior, { description: 'Kiosk', amount: -5 }, decided([shop, 'travel']));
    expect(tilted[0]?.category).toBe('meals');
    expect(probabilityOf(tilted, 'travel')).toBeGreaterThan(0.2);
  });

  test('hardly hears a word that stands for everything', () => {
    const mixed = decided(
      [{ description: 'card alpha' }, 'travel'],
      [{ description: 'card beta' }, 'other'],
      [{ description: 'card gamma' }, 'meals'],
      [{ description: 'card delta' }, 'other'],
    );
    expect(recall(prior, { description: 'card omega' }, mixed)[0]?.category).toBe('meals');
  });

  test('shares out disagreement', () => {
    const scores = recall(prior, shop, decided([shop, 'travel'], [shop, 'travel'], [shop, 'other']));
    expect(scores[0]?.category).toBe('travel');
    expect(scores[0]?.probability).toBeLessThan(0.8);
  });

  test('keeps a distribution, in order, whatever was decided', () => {
    const subject = fc.record({
      description: fc.stringMatching(/^[abc ]{0,12}$/),
      amount: fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined }),
    });
    const decisions = fc.array(fc.tuple(subject, fc.constantFrom('meals', 'travel', 'other')));
    fc.assert(
      fc.property(subject, decisions, (asked, history) => {
        const scores = recall(prior, asked, decided(...history));
        const probabilities = scores.map(({ probability }) => probability);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      }),
    );
  });

  test('does not depend on the order of decisions', () => {
    const history: [Subject, string][] = [
      [shop, 'travel'],
      [{ description: 'Nord' }, 'other'],
      [shop, 'meals'],
    ];
    expect(recall(prior, shop, decided(...history))).toEqual(recall(prior, shop, decided(...history.reverse())));
  });

  test('keys are few and short, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (description) => {
        const keys = memoryKeys({ description });
        return (
          keys.length <= 48 && new Set(keys).size === keys.length && keys.every((key) => Buffer.byteLength(key) < 2000)
        );
      }),
    );
    expect(memoryKeys({ description: '\ufdfa '.repeat(250) }).every((key) => Buffer.byteLength(key) < 2000)).toBe(true);
  });

  test('a description of numbers alone is still remembered', () => {
    expect(memoryKeys({ description: ' 4411 ' })).toEqual(['out:whole:4411']);
  });
});
