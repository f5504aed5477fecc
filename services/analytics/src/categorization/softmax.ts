/**
 * Probabilities from unnormalised scores, computed from the largest down so that no exponential overflows.
 * @param temperature above 1 flattens, below 1 sharpens (Guo et al., "On calibration of modern neural networks", ICML 2017).
 */
export function softmax(scores: ArrayLike<number>, temperature = 1): Float64Array {
  const probabilities = new Float64Array(scores.length);
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < scores.length; index++) highest = Math.max(highest, scores[index] ?? 0);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const value = Math.exp(((scores[index] ?? 0) - highest) / temperature);
    probabilities[index] = value;
    sum += value;
  }
  for (let index = 0; index < scores.length; index++) probabilities[index] = (probabilities[index] ?? 0) / sum;
  return probabilities;
}
