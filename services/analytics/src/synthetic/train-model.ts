import { createHash } from 'node:crypto';
import { decodeWeights, encodeWeights, type Manifest } from '../categorization/artifact.ts';
import { categories } from '../categorization/categories.ts';
import { BUCKETS } from '../categorization/features.ts';
import { measure } from '../categorization/quality.ts';
import { REVIEW_THRESHOLD } from '../categorization/review.ts';
import { softmaxModel } from '../categorization/softmax-model.ts';
import { type Example, train, type Weights } from '../categorization/training.ts';
import { examplesOf, isHeldOut } from './examples.ts';
import { createRandom } from './random.ts';
import { generateTransactions, type SyntheticOptions } from './transactions.ts';

export interface TrainModelOptions {
  readonly version: string;
  readonly seed: string;
  /** More organizations bring more merchants and ways of writing; more months only repeat them. */
  readonly organizations: number;
  readonly months: number;
  readonly epochs: number;
  readonly onProgress?: (done: number, total: number, step: string) => void;
}

const LEARNING_RATE = 0.2;
const DECAY = 5e-6;
const TEMPERATURES = [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2];
const keys = categories.map(({ key }) => key);

/**
 * Trains the categorizer on generated transactions. Twice: once without a fifth of the merchants, to measure how it
 * judges names it has never met and to fit the temperature that makes its confidence honest; then on everything.
 * The same options give the same bytes.
 */
export function trainModel(options: TrainModelOptions): { bytes: Uint8Array; manifest: Manifest } {
  const transactions = [...generateTransactions(corpus(options, options.seed, options.organizations))];
  const others = [...generateTransactions(corpus(options, `${options.seed}/evaluation`, options.organizations / 5))];
  const unseen = examplesOf(others.filter(isHeldOut));
  const seen = examplesOf(others.filter((transaction) => !isHeldOut(transaction)));

  const trial = learn(examplesOf(transactions.filter((transaction) => !isHeldOut(transaction))), options, 0);
  const temperature = bestTemperature(trial, [...unseen, ...seen.slice(0, unseen.length)]);
  const judged = softmaxModel('trial', keys, trial.rows, temperature);
  const [onSeen, onUnseen] = [seen, unseen].map((examples) => measure(judged, examples, REVIEW_THRESHOLD));

  const bytes = encodeWeights(learn(examplesOf(transactions), options, 1));
  const manifest: Manifest = {
    version: options.version,
    file: `category-model-${options.version}.bin`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    categories: keys,
    buckets: BUCKETS,
    temperature,
    training: {
      seed: options.seed,
      organizations: options.organizations,
      months: options.months,
      epochs: options.epochs,
      examples: transactions.length,
      learningRate: LEARNING_RATE,
      decay: DECAY,
    },
    figures: { ...rounded('knownMerchants', onSeen), ...rounded('unknownMerchants', onUnseen) },
  };
  // A manifest that does not fit its own file must fail here, not at the next start.
  decodeWeights(bytes, manifest);
  return { bytes, manifest };
}

function corpus({ months }: TrainModelOptions, seed: string, organizations: number): SyntheticOptions {
  return { seed, organizations: Math.max(1, Math.round(organizations)), firstMonth: '2024-01', months };
}

function learn(examples: readonly Example[], { seed, epochs, onProgress }: TrainModelOptions, round: number): Weights {
  return train(examples, keys, {
    epochs,
    learningRate: LEARNING_RATE,
    decay: DECAY,
    shuffle: (count, epoch) => shuffled(count, `${seed}/${round}/${epoch}`),
    onEpoch: (epoch, loss) => onProgress?.(round * epochs + epoch + 1, 2 * epochs, `mean loss ${loss.toFixed(4)}`),
  });
}

/** The numbers 0 … count − 1 in an order fixed by the seed (Fisher–Yates). */
export function shuffled(count: number, seed: string): number[] {
  const random = createRandom(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

function bestTemperature({ rows }: Weights, examples: readonly Example[]): number {
  const losses = TEMPERATURES.map(
    (temperature) => measure(softmaxModel('trial', keys, rows, temperature), examples, REVIEW_THRESHOLD).logLoss,
  );
  return TEMPERATURES[losses.indexOf(Math.min(...losses))] ?? 1;
}

function rounded(prefix: string, quality: object | undefined): Record<string, number> {
  return Object.fromEntries(
    Object.entries(quality ?? {}).map(([name, value]) => [`${prefix}.${name}`, Math.round(value * 1000) / 1000]),
  );
}
