/** A published test card: what to send as `source`, and what comes of it. */
export interface TestSource {
  readonly source: string;
  readonly label: string;
  readonly outcome: string;
}

/** Some of Stripe's published test cards (docs.stripe.com/testing), which the card sandbox knows too. */
export const testSources: readonly TestSource[] = [
  { source: 'tok_visa', label: 'Visa ending in 4242', outcome: 'Paid' },
  { source: 'tok_mastercard', label: 'Mastercard ending in 4444', outcome: 'Paid' },
  { source: 'tok_amex', label: 'American Express ending in 0005', outcome: 'Paid' },
  { source: 'tok_visa_debit', label: 'Visa debit ending in 5556', outcome: 'Paid' },
  { source: 'tok_chargeDeclined', label: 'Visa ending in 0002', outcome: 'Declined by the bank' },
  {
    source: 'tok_chargeDeclinedInsufficientFunds',
    label: 'Visa ending in 9995',
    outcome: 'Declined: insufficient funds',
  },
  { source: 'tok_chargeDeclinedExpiredCard', label: 'Visa ending in 0069', outcome: 'Declined: expired card' },
  { source: 'tok_chargeDeclinedIncorrectCvc', label: 'Visa ending in 0127', outcome: 'Declined: wrong security code' },
  { source: 'tok_chargeDeclinedFraudulent', label: 'Visa ending in 0019', outcome: 'Blocked as fraudulent' },
  { source: 'tok_chargeDeclinedProcessingError', label: 'Visa ending in 0119', outcome: 'Processing error' },
  { source: 'pm_card_authenticationRequired', label: 'Visa ending in 3184', outcome: 'Asks for 3D Secure: declined' },
];
