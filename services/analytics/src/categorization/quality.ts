import type { CategoryModel } from './model.ts';
import type { Example } from './training.ts';

/** How a model did on examples it was not trained on. */
export interface CategorizationQuality {
  readonly examples: number;
  /** Share whose first category was right. */
  readonly accuracy: number;
  /** Mean F1 over categories, each counting the same however rare it is. */
  readonly macroF1: number;
  /** Mean negative log-likelihood of the right category. */
  readonly logLoss: number;
  /** Mean distance between confidence and accuracy over ten bins of confidence (expected calibration error). */
  readonly calibrationError: number;
  /** Share at or above the threshold, and how many of those were right. */
  readonly confidentShare: number;
  readonly confidentAccuracy: number;
}

const BINS = 10;

/** Measures a model. @param threshold confidence from which a decision needs no review. */
export function measure(model: CategoryModel, examples: readonly Example[], threshold: number): CategorizationQuality {
  const judged = examples.map((example) => judge(model, example));
  const confident = judged.filter(({ confidence }) => confidence >= threshold);
  return {
    examples: judged.length,
    accuracy: shareOf(judged, ({ right }) => right),
    macroF1: macroF1(judged),
    logLoss: mean(judged.map(({ likelihood }) => -Math.log(Math.max(1e-12, likelihood)))),
    calibrationError: calibrationError(judged),
    confidentShare: confident.length / Math.max(1, judged.length),
    confidentAccuracy: shareOf(confident, ({ right }) => right),
  };
}

interface Judged {
  readonly truth: string;
  readonly guess: string;
  readonly right: boolean;
  readonly confidence: number;
  readonly likelihood: number;
}

function judge(model: CategoryModel, { category, ...subject }: Example): Judged {
  const scores = model.predict(subject);
  const first = scores[0];
  if (first === undefined) throw new RangeError('a model without categories');
  return {
    truth: category,
    guess: first.category,
    right: first.category === category,
    confidence: first.probability,
    likelihood: scores.find((score) => score.category === category)?.probability ?? 0,
  };
}

function macroF1(judged: readonly Judged[]): number {
  const categories = [...new Set(judged.map(({ truth }) => truth))];
  return mean(
    categories.map((category) => {
      const hits = judged.filter(({ truth, guess }) => truth === category && guess === category).length;
      const claimed = judged.filter(({ guess }) => guess === category).length;
      const actual = judged.filter(({ truth }) => truth === category).length;
      return (2 * hits) / Math.max(1, claimed + actual);
    }),
  );
}

function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: BINS }, (_, bin) =>
    judged.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin),
  );
  return bins.reduce((sum, bin) => {
    const gap = Math.abs(shareOf(bin, ({ right }) => right) - mean(bin.map(({ confidence }) => confidence)));
    return sum + gap * (bin.length / Math.max(1, judged.length));
  }, 0);
}

function shareOf(judged: readonly Judged[], holds: (one: Judged) => boolean): number {
  return judged.filter(holds).length / Math.max(1, judged.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
