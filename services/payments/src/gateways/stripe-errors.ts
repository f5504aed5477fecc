import Stripe from 'stripe';
import { processorUnavailable, sourceNotFound } from '../domain/processor.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import { refusalOf } from './stripe-reports.ts';

const { errors } = Stripe;

/**
 * The refusal in an error of Stripe's. Whatever is no decision is thrown: SOURCE_NOT_FOUND, or PROCESSOR_UNAVAILABLE for
 * timeouts, lost connections, 5xx, rate limits, and for what only we can mend (a wrong key, a key reused for another
 * order): the payment then stays as it is until somebody did.
 */
export function refusalOrThrow(error: unknown): Refusal {
  if (error instanceof errors.StripeCardError) return refusalOf(error);
  if (error instanceof errors.StripeInvalidRequestError) {
    if (error.code === 'resource_missing' && error.param?.startsWith('payment_method')) throw sourceNotFound();
    // An order that Stripe will not take is decided: it was checked before anything was charged.
    return refusal(error.code ?? 'invalid_request', error.message);
  }
  throw faultOf(error);
}

/** Any failure to get an answer, as PROCESSOR_UNAVAILABLE; what is no error of Stripe's stays what it is. */
export function faultOf(error: unknown): unknown {
  if (!(error instanceof errors.StripeError)) return error;
  // Stripe's error carries its whole answer, cards and all; a log gets this much of it.
  const { type, code, statusCode, requestId, message } = error;
  const details = [code, statusCode, requestId].filter((part) => part !== undefined);
  return processorUnavailable(new Error(`${type} (${details.join(', ')}): ${message}`));
}

/** Whether Stripe has no object of that id. */
export function isMissing(error: unknown): boolean {
  return error instanceof errors.StripeInvalidRequestError && error.code === 'resource_missing';
}
