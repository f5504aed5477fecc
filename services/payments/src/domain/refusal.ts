/** Why the processor will not charge, and what to do about it. */
export interface Refusal {
  /** The processor's most telling code: `insufficient_funds`, or `card_declined` when the bank says no more. */
  readonly code: string;
  /** In the processor's words. */
  readonly message: string;
  /** What the payer can do next. */
  readonly advice: string;
}

const anotherCard = 'Use another card.';

const advices: Readonly<Record<string, string>> = {
  amount_not_chargeable: 'Round the amount: the processor takes this currency in larger units only.',
  amount_too_large: 'The amount is above what the processor charges at once. Pay in several parts.',
  amount_too_small: 'The amount is below what the processor charges. Pay it together with something else.',
  authentication_required: 'The card asks for its holder’s confirmation, which cannot be given here. Use another card.',
  card_declined: 'The bank gives no reason. Ask it, or use another card.',
  card_not_supported: anotherCard,
  card_velocity_exceeded: 'The card was used too often or for too much. Wait a day, or use another card.',
  currency_not_supported: 'The card cannot be charged in this currency. Use another card.',
  expired_card: 'Use another card, or enter this one with its new date of expiry.',
  fraudulent: anotherCard,
  incorrect_cvc: 'Check the security code of the card and try again.',
  incorrect_number: 'Check the number of the card and try again.',
  insufficient_funds: 'Use another card, or try again when the account has funds.',
  invalid_expiry_month: 'Check the date of expiry and try again.',
  invalid_expiry_year: 'Check the date of expiry and try again.',
  lost_card: anotherCard,
  pickup_card: anotherCard,
  processing_error: 'Try again in a few minutes; if it fails again, use another card.',
  processor_never_answered: 'Nothing was charged. Pay again.',
  stolen_card: anotherCard,
  token_already_used: 'Enter the card again: its details can be used for one payment only.',
};

/** A refusal with the advice that fits its code; a code nobody wrote advice for gets the general one. */
export function refusal(code: string, message: string): Refusal {
  const advice = Object.hasOwn(advices, code) ? advices[code] : undefined;
  return { code, message, advice: advice ?? 'Use another card, or ask the bank that issued this one.' };
}

/** What a payment is given up with when the processor turns out never to have had it. */
export const neverAnswered: Refusal = refusal(
  'processor_never_answered',
  'The processor did not take the payment in time.',
);

/** What the payer could do nothing about: the processor failed, or was never reached. */
const ourFaults: ReadonlySet<string> = new Set(['processing_error', neverAnswered.code]);

/** Whether a refusal with this code is a fault of the processing, and no answer of the bank's. */
export function isOurFault(code: string): boolean {
  return ourFaults.has(code);
}
