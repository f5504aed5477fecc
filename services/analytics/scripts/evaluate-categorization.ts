import { isCategory } from '../src/categorization/categories.ts';
import { loadCategoryModel } from '../src/categorization/load-model.ts';
import { type Evidence, memoryKeys, recall } from '../src/categorization/memory.ts';
import type { CategoryModel, Score } from '../src/categorization/model.ts';
import { measure } from '../src/categorization/quality.ts';
import { needsReview, REVIEW_THRESHOLD } from '../src/categorization/review.ts';
import { softmaxModel } from '../src/categorization/softmax-model.ts';
import { type Example, train } from '../src/categorization/training.ts';
import { shuffled } from '../src/synthetic/train-model.ts';
import { generateTransactions } from '../src/synthetic/transactions.ts';
import { type Evaluation, readRows, rounded } from './evaluation.ts';
import { progressBar } from './progress.ts';

interface Row extends Example {
  readonly date: string;
  readonly organization: string;
}

const TRAINING_SHARE = 0.6;
const EPOCHS = 3;

/**
 * How often the categorizer is right, how honest its confidence is, and what corrections teach it.
 * @param file CSV with the columns date, tenant, description, amount and category. When its categories are not the
 *   catalogue's, a model of the same kind is trained on the earlier part and judged on the later one.
 */
export function evaluateCategorization(file: string | undefined): Evaluation {
  const rows = (file === undefined ? generatedRows() : readFile(file)).sort((a, b) => (a.date < b.date ? -1 : 1));
  const ours = rows.every(({ category }) => isCategory(category));
  const cut = ours ? 0 : Math.floor(rows.length * TRAINING_SHARE);
  const model = ours ? loadCategoryModel() : trainOn(rows.slice(0, cut));
  const later = rows.slice(cut).filter(({ category }) => model.categories.includes(category));
  const startedMs = performance.now();
  const base = measure(model, later, REVIEW_THRESHOLD);
  const microseconds = (1000 * (performance.now() - startedMs)) / Math.max(1, later.length);
  return {
    data: `${file ?? 'generated transactions'}, ${ours ? 'the shipped model' : `a model trained on the first ${cut} rows`}`,
    figures: {
      ...Object.fromEntries(Object.entries(base).map(([name, value]) => [name, rounded(value)])),
      ...learning(model, later),
      microsecondsPerPrediction: rounded(microseconds),
    },
  };
}

/** Goes through the rows in time; people of each organization correct what is wrong and confirm what needs review. */
function learning(model: CategoryModel, rows: readonly Row[]): Record<string, number> {
  const memories = new Map<string, Map<string, Map<string, number>>>();
  let right = 0;
  let confident = 0;
  let confidentAndRight = 0;
  for (const row of rows) {
    const subject = { description: row.description, amount: row.amount };
    const memory = memories.get(row.organization) ?? new Map<string, Map<string, number>>();
    memories.set(row.organization, memory);
    const first: Score | undefined = recall(model.predict(subject), subject, memory as Evidence)[0];
    const correct = first?.category === row.category;
    const sure = !needsReview(first?.probability ?? 0);
    if (correct) right += 1;
    if (sure) confident += 1;
    if (sure && correct) confidentAndRight += 1;
    if (!correct || !sure) remember(memory, memoryKeys(subject), row.category);
  }
  return {
    accuracyWithCorrections: rounded(right / Math.max(1, rows.length)),
    confidentShareWithCorrections: rounded(confident / Math.max(1, rows.length)),
    confidentAccuracyWithCorrections: rounded(confidentAndRight / Math.max(1, confident)),
  };
}

function remember(memory: Map<string, Map<string, number>>, keys: readonly string[], category: string): void {
  for (const key of keys) {
    const counts = memory.get(key) ?? new Map<string, number>();
    counts.set(category, (counts.get(category) ?? 0) + 1);
    memory.set(key, counts);
  }
}

function trainOn(rows: readonly Row[]): CategoryModel {
  const categories = [...new Set(rows.map(({ category }) => category))].sort();
  const bar = progressBar('training');
  const { rows: weights } = train(rows, categories, {
    epochs: EPOCHS,
    learningRate: 0.2,
    decay: 5e-6,
    shuffle: (count, epoch) => shuffled(count, `evaluate/${epoch}`),
    onEpoch: (epoch, loss) => bar(epoch + 1, EPOCHS, `mean loss ${loss.toFixed(4)}`),
  });
  return softmaxModel('evaluation', categories, weights, 1);
}

function generatedRows(): Row[] {
  const transactions = generateTransactions({ seed: 'evaluate', organizations: 60, firstMonth: '2025-01', months: 6 });
  return Array.from(transactions, ({ date, organization, description, amountMinor, category }) => ({
    date,
    organization,
    description,
    amount: Number(amountMinor) / 100,
    category,
  }));
}

function readFile(file: string): Row[] {
  const columns = ['date', 'tenant', 'description', 'amount', 'category'] as const;
  return readRows(file, columns).map(({ date, tenant, description, amount, category }) => ({
    date,
    organization: tenant,
    description,
    amount: Number(amount),
    category,
  }));
}
