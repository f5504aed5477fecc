/** What the issuer answers to a charge. */
export type Refusal = keyof typeof refusals;

/** How a card behaves: approved, refused for a reason, asks for 3D Secure, or approved with an odd refund. */
export type Behaviour = 'approved' | 'authenticate' | 'refund_pending' | 'refund_fails' | Refusal;

export interface TestCard {
  /** Names in Stripe's list: `visa` is the token `tok_visa` and the payment method `pm_card_visa`. */
  readonly names: readonly string[];
  readonly number: string;
  readonly brand: 'amex' | 'diners' | 'discover' | 'jcb' | 'mastercard' | 'unionpay' | 'visa';
  readonly funding: 'credit' | 'debit' | 'prepaid';
  readonly behaviour: Behaviour;
  readonly description: string;
}

/** Code, decline code and message of each refusal, as Stripe documents them (docs.stripe.com/declines/codes). */
export const refusals = {
  generic_decline: declined('generic_decline', 'Your card was declined.'),
  insufficient_funds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  lost_card: declined('lost_card', 'Your card was declined.'),
  stolen_card: declined('stolen_card', 'Your card was declined.'),
  fraudulent: declined('fraudulent', 'Your card was declined.'),
  card_velocity_exceeded: declined(
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ),
  expired_card: { code: 'expired_card', decline_code: 'expired_card', message: 'Your card has expired.' },
  incorrect_cvc: {
    code: 'incorrect_cvc',
    decline_code: 'incorrect_cvc',
    message: "Your card's security code is incorrect.",
  },
  processing_error: {
    code: 'processing_error',
    decline_code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
  authentication_required: {
    code: 'authentication_required',
    decline_code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
} as const;

function declined<T extends string>(decline_code: T, message: string) {
  return { code: 'card_declined', decline_code, message } as const;
}

/** Stripe's published test cards (docs.stripe.com/testing), those that concern card charges and refunds. */
export const testCards: readonly TestCard[] = [
  card('4242424242424242', 'visa', 'credit', 'approved', 'Visa', ['visa', 'us', 'bypassPending']),
  card('4000056655665556', 'visa', 'debit', 'approved', 'Visa (debit)', ['visa_debit']),
  card('5555555555554444', 'mastercard', 'credit', 'approved', 'Mastercard', ['mastercard']),
  card('2223003122003222', 'mastercard', 'credit', 'approved', 'Mastercard (2-series)', []),
  card('5200828282828210', 'mastercard', 'debit', 'approved', 'Mastercard (debit)', ['mastercard_debit']),
  card('5105105105105100', 'mastercard', 'prepaid', 'approved', 'Mastercard (prepaid)', ['mastercard_prepaid']),
  card('378282246310005', 'amex', 'credit', 'approved', 'American Express', ['amex']),
  card('371449635398431', 'amex', 'credit', 'approved', 'American Express', []),
  card('6011111111111117', 'discover', 'credit', 'approved', 'Discover', ['discover']),
  card('6011981111111113', 'discover', 'debit', 'approved', 'Discover (debit)', []),
  card('3056930009020004', 'diners', 'credit', 'approved', 'Diners Club', ['diners']),
  card('3566002020360505', 'jcb', 'credit', 'approved', 'JCB', ['jcb']),
  card('6200000000000005', 'unionpay', 'credit', 'approved', 'UnionPay', ['unionpay']),
  card('4000000000000002', 'visa', 'credit', 'generic_decline', 'Declined', ['chargeDeclined', 'visa_chargeDeclined']),
  card('4000000000009995', 'visa', 'credit', 'insufficient_funds', 'Insufficient funds', [
    'chargeDeclinedInsufficientFunds',
    'visa_chargeDeclinedInsufficientFunds',
  ]),
  card('4000000000009987', 'visa', 'credit', 'lost_card', 'Lost card', [
    'chargeDeclinedLostCard',
    'visa_chargeDeclinedLostCard',
  ]),
  card('4000000000009979', 'visa', 'credit', 'stolen_card', 'Stolen card', [
    'chargeDeclinedStolenCard',
    'visa_chargeDeclinedStolenCard',
  ]),
  card('4000000000000069', 'visa', 'credit', 'expired_card', 'Expired card', [
    'chargeDeclinedExpiredCard',
    'visa_chargeDeclinedExpiredCard',
  ]),
  card('4000000000000127', 'visa', 'credit', 'incorrect_cvc', 'Incorrect security code', [
    'chargeDeclinedIncorrectCvc',
    'visa_chargeDeclinedIncorrectCvc',
    'cvcCheckFail',
  ]),
  card('4000000000000119', 'visa', 'credit', 'processing_error', 'Processing error', [
    'chargeDeclinedProcessingError',
    'visa_chargeDeclinedProcessingError',
  ]),
  card('4000000000006975', 'visa', 'credit', 'card_velocity_exceeded', 'Used too often', [
    'chargeDeclinedVelocityLimitExceeded',
    'visa_chargeDeclinedVelocityLimitExceeded',
  ]),
  card('4100000000000019', 'visa', 'credit', 'fraudulent', 'Blocked as fraudulent', [
    'chargeDeclinedFraudulent',
    'visa_chargeDeclinedFraudulent',
    'radarBlock',
    'riskLevelHighest',
  ]),
  card('4000000000000341', 'visa', 'credit', 'generic_decline', 'Fails when charged', ['chargeCustomerFail']),
  card('4000002760003184', 'visa', 'credit', 'authenticate', 'Requires 3D Secure', ['authenticationRequired']),
  card('4000000000003220', 'visa', 'credit', 'authenticate', 'Requires 3D Secure 2', [
    'threeDSecure2Required',
    'threeDSecureRequired',
  ]),
  card('4000000000007726', 'visa', 'credit', 'refund_pending', 'Refund stays pending for a while', ['pendingRefund']),
  card('4000000000005126', 'visa', 'credit', 'refund_fails', 'Refund fails afterwards', ['refundFail']),
];

function card(
  number: string,
  brand: TestCard['brand'],
  funding: TestCard['funding'],
  behaviour: Behaviour,
  description: string,
  names: readonly string[],
): TestCard {
  return { names, number, brand, funding, behaviour, description };
}

const byToken: ReadonlyMap<string, TestCard> = new Map(
  testCards.flatMap((each) => each.names.map((name) => [`tok_${name}`, each] as const)),
);
const byPaymentMethod: ReadonlyMap<string, TestCard> = new Map(
  testCards.flatMap((each) => each.names.map((name) => [`pm_card_${name}`, each] as const)),
);
const byNumber = new Map(testCards.map((each) => [each.number, each] as const));

/** The published card behind a reusable token such as `tok_visa`. */
export function cardOfToken(token: string): TestCard | undefined {
  return byToken.get(token);
}

/** The published card behind a payment method such as `pm_card_visa`. */
export function cardOfPaymentMethod(id: string): TestCard | undefined {
  return byPaymentMethod.get(id);
}

/** The published card of this number (digits only). No other number is a card here. */
export function cardOfNumber(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}
