import type { CategoryModel, Score, Subject } from './model.ts';

/**
 * A model's scores as plain probabilities in the order of its categories: a file of 20,000 rows in this form takes 4 MB
 * between threads and in memory, as objects it takes 32.
 */
export type Prediction = Float64Array;

export function predictionOf(model: CategoryModel, subject: Subject): Prediction {
  const scores = new Map(model.predict(subject).map(({ category, probability }) => [category, probability]));
  return Float64Array.from(model.categories, (category) => scores.get(category) ?? 0);
}

/** The scores again, in no particular order. */
export function scoresOf(model: CategoryModel, prediction: Prediction): Score[] {
  return model.categories.map((category, index) => ({ category, probability: prediction[index] ?? 0 }));
}
