import type Stripe from 'stripe';
import type { ChargeState } from '../domain/charge.ts';
import type { Card, ChargeReport, RefundReport } from '../domain/processor.ts';
import type { RefundState } from '../domain/refund.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import { fromStripeAmount } from './stripe-amount.ts';

type IntentError = Pick<Stripe.PaymentIntent.LastPaymentError, 'code' | 'decline_code' | 'message'>;

/** What a payment intent says of its charge. */
export function reportOfIntent(intent: Stripe.PaymentIntent): ChargeReport {
  return {
    processorId: intent.id,
    state: stateOfIntent(intent),
    amount: fromStripeAmount(intent.currency, intent.amount),
    card: cardOfIntent(intent),
    data: JSON.stringify(intent),
  };
}

/** What a charge says of its intent; undefined for one that was made without an intent, so not by us. */
export function reportOfCharge(charge: Stripe.Charge): ChargeReport | undefined {
  const processorId = idOf(charge.payment_intent);
  if (processorId === null) return undefined;
  return {
    processorId,
    // A failed charge is one attempt; only its intent says whether that was the last.
    state: charge.status === 'succeeded' ? { kind: 'succeeded' } : { kind: 'open' },
    amount: fromStripeAmount(charge.currency, charge.amount),
    card: cardOfCharge(charge),
    data: JSON.stringify(charge),
  };
}

/** What a refund says; undefined for one of a charge without an intent. */
export function reportOfRefund(refund: Stripe.Refund): RefundReport | undefined {
  const chargeId = idOf(refund.payment_intent);
  if (chargeId === null) return undefined;
  return {
    processorId: refund.id,
    chargeId,
    state: stateOfRefund(refund),
    amount: fromStripeAmount(refund.currency, refund.amount),
    data: JSON.stringify(refund),
  };
}

/** The refusal that an error of Stripe's tells: the decline code says more than `card_declined`, unless it is generic. */
export function refusalOf(error: IntentError): Refusal {
  const telling = error.decline_code && error.decline_code !== 'generic_decline' ? error.decline_code : error.code;
  return refusal(telling ?? 'card_declined', error.message ?? 'The card was declined.');
}

function stateOfIntent(intent: Stripe.PaymentIntent): ChargeState {
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'succeeded' };
    case 'processing':
    case 'requires_capture':
      return { kind: 'processing' };
    case 'canceled':
      return { kind: 'refused', refusal: refusal('canceled', 'The payment was cancelled at the processor.') };
    case 'requires_payment_method':
      return intent.last_payment_error
        ? { kind: 'refused', refusal: refusalOf(intent.last_payment_error) }
        : { kind: 'open' };
    default:
      return { kind: 'open' };
  }
}

function stateOfRefund(refund: Stripe.Refund): RefundState {
  switch (refund.status) {
    case 'succeeded':
      return { kind: 'succeeded' };
    case 'failed':
    case 'canceled':
      return { kind: 'failed', message: refund.failure_reason ?? 'The processor could not give the money back.' };
    default:
      return { kind: 'pending' };
  }
}

function cardOfIntent(intent: Stripe.PaymentIntent): Card | null {
  const charge = intent.latest_charge;
  if (charge && typeof charge === 'object') return cardOfCharge(charge);
  return cardOf(intent.last_payment_error?.payment_method?.card);
}

function cardOfCharge(charge: Stripe.Charge): Card | null {
  return cardOf(charge.payment_method_details?.card);
}

/** The card of a payment method, as far as Stripe shows it. */
export function cardOf(card: { brand?: string | null; last4?: string | null } | null | undefined): Card | null {
  return card?.brand && card.last4 ? { brand: card.brand, last4: card.last4 } : null;
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'object' && reference !== null ? reference.id : reference;
}
