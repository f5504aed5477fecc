import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { categories } from '../../src/categorization/categories.ts';
import { transactionsCsv } from '../../src/synthetic/csv.ts';
import { lexicon } from '../../src/synthetic/lexicon.ts';
import { createRandom } from '../../src/synthetic/random.ts';
import { trainModel } from '../../src/synthetic/train-model.ts';
import { generateTransactions } from '../../src/synthetic/transactions.ts';

const options = { seed: 'test', organizations: 4, firstMonth: '2025-11', months: 4 };

describe('generated transactions', () => {
  const transactions = [...generateTransactions(options)];

  test('are the same for the same seed, to the byte, and others for another', () => {
    const csv = (seed: string) => [...transactionsCsv(generateTransactions({ ...options, seed }))].join('');
    expect(csv('a')).toBe(csv('a'));
    expect(csv('a')).not.toBe(csv('b'));
  });

  test('of one organization do not change when others are added', () => {
    const more = [...generateTransactions({ ...options, organizations: 5 })];
    expect(more.slice(0, transactions.length)).toEqual(transactions);
  });

  test('cover every category of the catalogue', () => {
    expect(lexicon.map(({ category }) => category).sort()).toEqual(categories.map(({ key }) => key).sort());
    expect(new Set(transactions.map(({ category }) => category)).size).toBe(categories.length);
  });

  test('have dates in their months, amounts and descriptions', () => {
    for (const { date, amountMinor, description } of transactions) {
      expect(date >= '2025-11-01' && date <= '2026-02-28').toBe(true);
      expect(amountMinor).not.toBe(0n);
      expect(description.trim()).not.toBe('');
    }
  });

  test('pay rent every month, to the same landlord, about the same amount', () => {
    const rents = transactions.filter(
      ({ organization, category }) => organization === 'org-0001' && category === 'rent',
    );
    expect(new Set(rents.map(({ date }) => date.slice(0, 7))).size).toBe(4);
    const amounts = rents.map(({ amountMinor }) => Number(-amountMinor));
    expect(Math.max(...amounts) / Math.min(...amounts)).toBeLessThan(1.5);
  });

  test('read back from CSV', () => {
    const rows: { description: string; amount: string }[] = parse([...transactionsCsv(transactions)].join(''), {
      columns: true,
    });
    expect(rows.map(({ description }) => description)).toEqual(transactions.map(({ description }) => description));
    expect(rows.map(({ amount }) => Math.round(Number(amount) * 100))).toEqual(
      transactions.map(({ amountMinor }) => Number(amountMinor)),
    );
  });
});

test('training gives the same bytes for the same seed', () => {
  const train = (seed: string) => {
    const { bytes, manifest } = trainModel({ version: 't', seed, organizations: 10, months: 1, epochs: 1 });
    expect(manifest.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    return manifest;
  };
  expect(train('a')).toEqual(train('a'));
  expect(train('b').sha256).not.toBe(train('a').sha256);
});

describe('a seeded source of randomness', () => {
  test('is uniform, and normal where asked', () => {
    const random = createRandom('r');
    const draws = Array.from({ length: 20_000 }, () => random.next());
    expect(draws.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(0.5, 1);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    const normals = Array.from({ length: 20_000 }, () => random.normal());
    expect(normals.reduce((sum, x) => sum + x * x, 0) / normals.length).toBeCloseTo(1, 1);
  });

  test('draws whole numbers within their bounds, both included, and by weight', () => {
    const random = createRandom('r');
    const numbers = Array.from({ length: 1000 }, () => random.integer(3, 5));
    expect(new Set(numbers)).toEqual(new Set([3, 4, 5]));
    const heavy = Array.from({ length: 1000 }, () => random.weighted([0, 9, 1]));
    expect(heavy.filter((index) => index === 0)).toHaveLength(0);
    expect(heavy.filter((index) => index === 1).length).toBeGreaterThan(800);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  test('forks into streams of their own', () => {
    const one = createRandom('r').fork('a');
    const other = createRandom('r');
    other.next();
    expect(other.fork('a').next()).toBe(one.next());
  });
});
