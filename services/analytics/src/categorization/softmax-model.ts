import { featuresOf } from './features.ts';
import { type CategoryModel, ranked } from './model.ts';
import { softmax } from './softmax.ts';
import { logits } from './training.ts';

/** A trained softmax regression as a `CategoryModel`. */
export function softmaxModel(
  version: string,
  categories: readonly string[],
  weights: ArrayLike<number>,
  temperature: number,
): CategoryModel {
  return {
    version,
    categories,
    predict(subject) {
      const probabilities = softmax(logits(weights, categories.length, featuresOf(subject)), temperature);
      return ranked(categories.map((category, index) => ({ category, probability: probabilities[index] ?? 0 })));
    },
  };
}
