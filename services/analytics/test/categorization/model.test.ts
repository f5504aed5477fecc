import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeWeights, encodeWeights, type Manifest } from '../../src/categorization/artifact.ts';
import { categories } from '../../src/categorization/categories.ts';
import { BUCKETS, featuresOf } from '../../src/categorization/features.ts';
import { loadCategoryModel, modelsDirectory } from '../../src/categorization/load-model.ts';
import { measure } from '../../src/categorization/quality.ts';
import { needsReview, REVIEW_THRESHOLD } from '../../src/categorization/review.ts';
import { softmax } from '../../src/categorization/softmax.ts';
import { softmaxModel } from '../../src/categorization/softmax-model.ts';
import { words } from '../../src/categorization/text.ts';
import { train } from '../../src/categorization/training.ts';
import { examplesOf } from '../../src/synthetic/examples.ts';
import { generateTransactions } from '../../src/synthetic/transactions.ts';

const model = loadCategoryModel();
const first = (description: string, amount?: number) => model.predict({ description, amount })[0];

describe('the shipped model', () => {
  test.each([
    ['Office rent March', -3200, 'rent'],
    ['PAYROLL RUN SALARIES', -42_000, 'payroll'],
    ['AMAZON WEB SERVICES', -320, 'software'],
    ['UBER *TRIP HELP.UBER.COM', -23, 'travel'],
    ['STARBUCKS STORE 12345 SEATTLE WA', -5.75, 'meals'],
    ['Google Ads 9921', -500, 'marketing'],
    ['Staples paper and toner', -44, 'office_supplies'],
    ['Electricity bill', -230, 'utilities'],
    ['Business insurance premium', -1420, 'insurance'],
    ['Accountant monthly fee', -650, 'professional_services'],
    ['Monthly account fee', -12, 'bank_fees'],
    ['HMRC VAT', -4000, 'taxes'],
    ['New laptop', -1400, 'equipment'],
    ['FedEx 77120', -31, 'shipping'],
    ['Verizon Wireless', -120, 'telecommunications'],
    ['Udemy course', -19, 'training'],
    ['Christmas party', -800, 'entertainment'],
    ['Shell 4432', -60, 'vehicle'],
    ['Office cleaning', -200, 'maintenance'],
    ['Stock purchase wholesale', -5000, 'cost_of_goods'],
    ['Customer payment invoice 17', 2500, 'sales_income'],
    ['Tax refund', 320, 'other_income'],
    ['Transfer to savings', -5000, 'transfer'],
    ['Donation Red Cross', -100, 'other'],
  ])('puts "%s" (%d) in %s', (description, amount, category) => {
    expect(first(description, amount)?.category).toBe(category);
  });

  test('knows every category of the catalogue and no other', () => {
    expect([...model.categories].sort()).toEqual(categories.map(({ key }) => key).sort());
  });

  test('gives probabilities that add up to one, the likeliest first, for any text and amount', () => {
    const text = fc.oneof(fc.string({ maxLength: 600 }), fc.string({ unit: 'grapheme', maxLength: 200 }));
    const amount = fc.option(fc.double({ min: -1e13, max: 1e13, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(text, amount, (description, given) => {
        const scores = model.predict({ description, amount: given });
        const probabilities = scores.map(({ probability }) => probability);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      }),
    );
  });

  test('is right nearly always where it is confident, on transactions it was not trained on', () => {
    const others = generateTransactions({ seed: 'test', organizations: 12, firstMonth: '2025-05', months: 2 });
    const quality = measure(model, examplesOf(others), REVIEW_THRESHOLD);
    expect(quality.examples).toBeGreaterThan(1000);
    expect(quality.accuracy).toBeGreaterThan(0.8);
    expect(quality.confidentAccuracy).toBeGreaterThan(0.98);
    expect(quality.confidentShare).toBeGreaterThan(0.6);
    expect(quality.calibrationError).toBeLessThan(0.08);
  });

  test('is at most a megabyte and is described by its card', async () => {
    const manifest = JSON.parse(await readFile(new URL('category-model.json', modelsDirectory), 'utf8')) as Manifest;
    const bytes = await readFile(new URL(manifest.file, modelsDirectory));
    expect(bytes.byteLength).toBeLessThanOrEqual(2 ** 20);
    const card = await readFile(new URL('MODEL_CARD.md', modelsDirectory), 'utf8');
    expect(card).toContain(manifest.sha256);
    expect(card).toContain(String(manifest.figures['knownMerchants.accuracy']));
  });

  test('is refused when its file is not the one the manifest describes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'finflow-model-'));
    const directory = pathToFileURL(`${folder}/`);
    const manifest = await readFile(new URL('category-model.json', modelsDirectory), 'utf8');
    const { file } = JSON.parse(manifest) as Manifest;
    const bytes = Buffer.from(await readFile(new URL(file, modelsDirectory)));
    bytes[100_000] = (bytes[100_000] ?? 0) ^ 1;
    writeFileSync(join(folder, 'category-model.json'), manifest);
    writeFileSync(join(folder, file), bytes);
    expect(() => loadCategoryModel(directory)).toThrow(/SHA-256/);
  });
});

describe('words', () => {
  test('are lower case, without accents, apostrophes and references', () => {
    expect(words("SQ *Bäckerei O'Neill #4411 REF 8XK29Q1")).toEqual(['sq', 'backerei', 'oneill', 'ref']);
  });

  test('keep names with digits in them', () => {
    expect(words('O2 3M 99designs 7-Eleven')).toEqual(['o2', '3m', '99designs', 'eleven']);
  });

  test('are bounded, however long the text and whatever its characters become', () => {
    expect(words('word '.repeat(500))).toHaveLength(24);
    expect(Math.max(...words('\ufdfa'.repeat(400)).map((word) => word.length))).toBeLessThanOrEqual(40);
  });
});

describe('features', () => {
  test('are the same for descriptions that differ in references, case and accents', () => {
    expect(featuresOf({ description: 'CAFÉ NERO 8812', amount: -4 })).toEqual(
      featuresOf({ description: 'cafe nero 17', amount: -4 }),
    );
  });

  test('tell money out, money in and no amount apart', () => {
    const of = (amount?: number) => JSON.stringify(featuresOf({ description: 'x', amount }));
    expect(new Set([of(-40), of(40), of()]).size).toBe(3);
  });

  test('stay within their buckets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (description) => {
        const { buckets, values } = featuresOf({ description, amount: 1 });
        return buckets.every((bucket) => bucket >= 0 && bucket < BUCKETS) && values.length === buckets.length;
      }),
    );
  });
});

describe('training', () => {
  const examples = [
    { description: 'apple pear', category: 'fruit' },
    { description: 'plum apple', category: 'fruit' },
    { description: 'hammer nail', category: 'tool' },
    { description: 'nail saw', category: 'tool' },
  ];
  const options = {
    epochs: 20,
    learningRate: 0.3,
    decay: 1e-6,
    shuffle: (count: number) => Array.from({ length: count }, (_, index) => index),
  };

  test('separates what can be separated', () => {
    const { rows } = train(examples, ['fruit', 'tool'], options);
    const small = softmaxModel('test', ['fruit', 'tool'], rows, 1);
    for (const { description, category } of examples)
      expect(small.predict({ description })[0]?.category).toBe(category);
    expect(small.predict({ description: 'pear and plum' })[0]?.category).toBe('fruit');
  });

  test('refuses an example of a category it does not know', () => {
    expect(() => train([{ description: 'x', category: 'stone' }], ['fruit'], options)).toThrow(RangeError);
  });

  test('survives packing into bytes within half a step of each weight', () => {
    const weights = train(examples, ['fruit', 'tool'], options);
    const unpacked = decodeWeights(encodeWeights(weights), { buckets: BUCKETS, categories: ['fruit', 'tool'] });
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const row = [weights.rows[2 * bucket] ?? 0, weights.rows[2 * bucket + 1] ?? 0];
      const step = Math.max(...row.map(Math.abs)) / 127;
      row.forEach((weight, column) => {
        expect(Math.abs((unpacked[2 * bucket + column] ?? 0) - weight)).toBeLessThanOrEqual(step * 0.501);
      });
    }
  });

  test('a file of another size is refused', () => {
    expect(() => decodeWeights(new Uint8Array(10), { buckets: BUCKETS, categories: ['a'] })).toThrow(RangeError);
  });
});

test('softmax does not overflow and keeps the order at every temperature', () => {
  expect([...softmax([1000, 999])]).toEqual([expect.closeTo(0.731, 3), expect.closeTo(0.269, 3)]);
  expect(softmax([3, 1], 2)[0]).toBeLessThan(softmax([3, 1], 1)[0] ?? 0);
});

test('review is wanted below the threshold only', () => {
  expect([0.79999, 0.8, 1].map(needsReview)).toEqual([true, false, false]);
});
