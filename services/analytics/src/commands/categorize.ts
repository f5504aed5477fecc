import { type Clock, calendarDate } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import type { Money } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import { memoryKeys, recall } from '../categorization/memory.ts';
import { type Subject, subjectOf } from '../categorization/model.ts';
import { type Prediction, predictionOf, scoresOf } from '../categorization/prediction.ts';
import { needsReview } from '../categorization/review.ts';
import type { CategorizedTransaction } from '../domain/transaction.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { evidenceFor } from '../store/evidence.ts';
import { organizationOf } from '../store/organizations.ts';

/** A transaction that waits for its category. */
export interface NewTransaction {
  readonly description: string;
  /** Currency '' for the organization's. */
  readonly amount: Money | undefined;
  /** Calendar date; undefined for today in the organization's time zone. */
  readonly date: string | undefined;
}

/** Below this many, predictions take less time (20 µs each) than handing them to a thread and back. */
const FEW = 50;
/** Scores kept with a decision: the category itself and the alternatives a reply may show. */
const KEPT_SCORES = 5;

/** The organization's currency, for what names none. */
export async function ownCurrency(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
): Promise<string> {
  return await database.tenant(organizationId, async (tx) => (await organizationOf(tx)).currency);
}

/** The model's scores, computed where they hold nobody up. */
export async function predictAll(
  { model, workers }: AnalyticsParts,
  subjects: readonly Subject[],
  signal?: AbortSignal,
): Promise<Prediction[]> {
  if (subjects.length < FEW) return subjects.map((subject) => predictionOf(model, subject));
  return await workers.run<Prediction[]>('predict', subjects, { signal });
}

/** Decides transactions by the model's scores and by what this organization's people decided before. */
export async function decideAll(
  tx: EntityManager,
  { clock, model }: Pick<AnalyticsParts, 'clock' | 'model'>,
  { organizationId, userId }: Actor,
  transactions: readonly NewTransaction[],
  predictions: readonly Prediction[],
): Promise<CategorizedTransaction[]> {
  const now = clock.now();
  const today = await todayOf(tx, clock);
  const subjects = transactions.map(subjectOf);
  const evidence = await evidenceFor(tx, subjects.flatMap(memoryKeys));
  return transactions.map(({ description, amount, date }, index) => {
    const subject = subjects[index] ?? { description };
    const prediction = predictions[index];
    if (prediction === undefined) throw new Error('A transaction has no prediction.');
    const scores = recall(scoresOf(model, prediction), subject, evidence);
    const best = scores[0];
    if (best === undefined) throw new Error('The model has no categories.');
    return {
      organizationId,
      id: newId(),
      userId,
      date: date ?? today,
      description,
      amountMinor: amount?.amountMinor ?? null,
      currency: amount?.currencyCode ?? null,
      category: best.category,
      confidence: best.probability,
      needsReview: needsReview(best.probability),
      decidedBy: 'model',
      scores: scores.slice(0, KEPT_SCORES).map(({ category, probability }) => ({ category, confidence: probability })),
      modelVersion: model.version,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
  });
}

/** What day it is for the organization of the running transaction. */
export async function todayOf(tx: EntityManager, clock: Clock): Promise<string> {
  const { timeZone } = await organizationOf(tx);
  return calendarDate(clock.now(), timeZone);
}
