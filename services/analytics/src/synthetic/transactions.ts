import { addMonths, lastDay, type Month } from '../forecasting/months.ts';
import { lexicon } from './lexicon.ts';
import { createRandom, type Random } from './random.ts';
import { createHandwriting, createMerchant, describe, type Handwriting } from './statement-line.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A made-up transaction with its true category. */
export interface SyntheticTransaction {
  readonly date: string;
  readonly organization: string;
  readonly description: string;
  /** Minor units (hundredths); money out is negative. */
  readonly amountMinor: bigint;
  readonly category: string;
  /** The name behind the description; evaluation keeps some names out of training by it. */
  readonly merchant: string;
}

export interface SyntheticOptions {
  readonly seed: string;
  readonly organizations: number;
  readonly firstMonth: Month;
  readonly months: number;
}

/** One supplier (or customer) an organization keeps coming back to. */
interface Habit {
  readonly vocabulary: Vocabulary;
  readonly merchant: string;
  /** Median amount at this merchant, in minor units. */
  readonly amountMinor: number;
  readonly dayOfMonth: number;
}

/** Companies differ in size by this much (standard deviation of the logarithm). */
const SIZE_SPREAD = 0.6;
const YEARLY_GROWTH = 0.06;
const REFUND_PROBABILITY = 0.015;

/**
 * Organizations with habits: each has its own suppliers per category, amounts, growth, season and way of writing.
 * The same options give the same transactions, whatever else changes around them.
 */
export function* generateTransactions(options: SyntheticOptions): Generator<SyntheticTransaction> {
  const root = createRandom(options.seed);
  for (let index = 0; index < options.organizations; index++) {
    const organization = `org-${String(index + 1).padStart(4, '0')}`;
    yield* organizationTransactions(root.fork(organization), organization, options);
  }
}

function* organizationTransactions(
  random: Random,
  organization: string,
  { firstMonth, months }: SyntheticOptions,
): Generator<SyntheticTransaction> {
  const hand = createHandwriting(random);
  const size = Math.exp(SIZE_SPREAD * random.normal());
  const habits = lexicon.map((vocabulary) => createHabits(random, vocabulary, size));
  for (let offset = 0; offset < months; offset++) {
    const month = addMonths(firstMonth, offset);
    const growth = (1 + YEARLY_GROWTH) ** (offset / 12);
    for (const [index, vocabulary] of lexicon.entries()) {
      const known = habits[index] ?? [];
      for (let left = countIn(random, vocabulary, month, size); left > 0; left--) {
        yield transact(random, hand, organization, pickHabit(random, known), month, growth);
      }
    }
  }
}

function createHabits(random: Random, vocabulary: Vocabulary, size: number): Habit[] {
  const suppliers = vocabulary.recurring ? Math.ceil(vocabulary.perMonth) : Math.ceil(vocabulary.perMonth * 2.5);
  return Array.from({ length: suppliers }, () => ({
    vocabulary,
    merchant: createMerchant(random, vocabulary),
    amountMinor: 100 * vocabulary.medianAmount * Math.sqrt(size) * Math.exp(vocabulary.spread * random.normal() * 0.8),
    dayOfMonth: random.integer(1, 28),
  }));
}

/** Earlier suppliers are used more, as in life: weight 1/rank. */
function pickHabit(random: Random, habits: readonly Habit[]): Habit {
  const habit = habits[random.weighted(habits.map((_, rank) => 1 / (rank + 1)))];
  if (habit === undefined) throw new RangeError('an organization without habits');
  return habit;
}

function countIn(random: Random, vocabulary: Vocabulary, month: Month, size: number): number {
  const season = vocabulary.season?.[Number(month.slice(5, 7)) - 1] ?? 1;
  const expected = vocabulary.perMonth * season * Math.sqrt(size);
  return vocabulary.recurring ? Math.max(1, Math.round(expected)) : Math.floor(expected + random.next());
}

function transact(
  random: Random,
  hand: Handwriting,
  organization: string,
  { vocabulary, merchant, amountMinor, dayOfMonth }: Habit,
  month: Month,
  growth: number,
): SyntheticTransaction {
  const noise = Math.exp((vocabulary.recurring ? 0.04 : vocabulary.spread * 0.6) * random.normal());
  const magnitude = Math.max(1, Math.round(roundOften(random, amountMinor * growth * noise)));
  const comesIn = vocabulary.flow === 'either' ? random.chance(0.5) : vocabulary.flow === 'in';
  const turned = vocabulary.flow === 'out' && !vocabulary.recurring && random.chance(REFUND_PROBABILITY);
  const day = vocabulary.recurring ? dayOfMonth : random.integer(1, Number(lastDay(month).slice(8)));
  return {
    date: `${month}-${String(day).padStart(2, '0')}`,
    organization,
    description: describe(random, hand, vocabulary, merchant, Number(month.slice(5, 7)) - 1),
    amountMinor: BigInt(comesIn || turned ? magnitude : -magnitude),
    category: vocabulary.category,
    merchant,
  };
}

/** Prices end in .00, .50 or .99 more often than chance. */
function roundOften(random: Random, minor: number): number {
  if (random.chance(0.35)) return Math.max(1, Math.round(minor / 100)) * 100;
  if (random.chance(0.15)) return Math.max(1, Math.ceil(minor / 100)) * 100 - 1;
  return minor;
}
