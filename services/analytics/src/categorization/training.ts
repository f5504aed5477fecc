import { BUCKETS, type Features, featuresOf } from './features.ts';
import type { Subject } from './model.ts';
import { softmax } from './softmax.ts';

export interface Example extends Subject {
  readonly category: string;
}

export interface TrainingOptions {
  readonly epochs: number;
  readonly learningRate: number;
  /** Weight decay per visit: keeps rare features from claiming certainty. */
  readonly decay: number;
  /** Puts the examples of each epoch in order; a seeded shuffle keeps the result reproducible. */
  readonly shuffle: (count: number, epoch: number) => readonly number[];
  /** Told after each epoch. */
  readonly onEpoch?: (epoch: number, meanLoss: number) => void;
}

/** Weights of a softmax regression: one row of `categories.length` numbers a bucket. */
export interface Weights {
  readonly categories: readonly string[];
  readonly rows: Float64Array;
}

/**
 * Multinomial logistic regression by stochastic gradient descent with per-weight AdaGrad steps (Duchi et al., JMLR 12
 * (2011) 2121–2159): frequent features settle early, rare ones still move. No randomness of its own.
 */
export function train(examples: readonly Example[], categories: readonly string[], options: TrainingOptions): Weights {
  const width = categories.length;
  const rows = new Float64Array(BUCKETS * width);
  const squares = new Float64Array(BUCKETS * width).fill(1e-8);
  const vectors = examples.map(featuresOf);
  const targets = examples.map(({ category }) => indexOf(categories, category));
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    let loss = 0;
    for (const index of options.shuffle(examples.length, epoch)) {
      const features = vectors[index];
      const target = targets[index];
      if (features === undefined || target === undefined) throw new RangeError(`shuffle named example ${index}`);
      const gradient = softmax(logits(rows, width, features));
      loss -= Math.log(Math.max(1e-12, gradient[target] ?? 0));
      gradient[target] = (gradient[target] ?? 0) - 1;
      step(rows, squares, features, gradient, options);
    }
    options.onEpoch?.(epoch, loss / examples.length);
  }
  return { categories, rows };
}

/** Unnormalised scores of a sparse vector. */
export function logits(rows: ArrayLike<number>, width: number, { buckets, values }: Features): Float64Array {
  const sums = new Float64Array(width);
  for (let index = 0; index < buckets.length; index++) {
    const start = (buckets[index] ?? 0) * width;
    const value = values[index] ?? 0;
    for (let column = 0; column < width; column++)
      sums[column] = (sums[column] ?? 0) + value * (rows[start + column] ?? 0);
  }
  return sums;
}

function step(
  rows: Float64Array,
  squares: Float64Array,
  { buckets, values }: Features,
  gradient: Float64Array,
  { learningRate, decay }: TrainingOptions,
): void {
  const width = gradient.length;
  for (let index = 0; index < buckets.length; index++) {
    const start = (buckets[index] ?? 0) * width;
    const value = values[index] ?? 0;
    for (let column = 0; column < width; column++) {
      const at = start + column;
      const weight = rows[at] ?? 0;
      const slope = (gradient[column] ?? 0) * value + decay * weight;
      const square = (squares[at] ?? 0) + slope * slope;
      squares[at] = square;
      rows[at] = weight - (learningRate * slope) / Math.sqrt(square);
    }
  }
}

function indexOf(categories: readonly string[], category: string): number {
  const index = categories.indexOf(category);
  if (index < 0) throw new RangeError(`${category} is not among the model's categories`);
  return index;
}
