import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cardOfNumber,
  cardOfPaymentMethod,
  cardOfToken,
  passesLuhn,
  testCards,
} from '../../src/card-sandbox/test-cards.ts';

describe('the published test cards', () => {
  it('all have a valid check digit, and no number or name is used twice', () => {
    for (const card of testCards) expect(passesLuhn(card.number)).toBe(true);
    const numbers = testCards.map((card) => card.number);
    const names = testCards.flatMap((card) => card.names);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['tok_visa', 'pm_card_visa', 'approved'],
    ['tok_chargeDeclined', 'pm_card_visa_chargeDeclined', 'generic_decline'],
    ['tok_visa_chargeDeclinedInsufficientFunds', 'pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['tok_chargeDeclinedFraudulent', 'pm_card_chargeDeclinedFraudulent', 'fraudulent'],
    ['tok_threeDSecure2Required', 'pm_card_authenticationRequired', 'authenticate'],
  ])('%s and %s: %s', (token, paymentMethod, behaviour) => {
    expect(cardOfToken(token)?.behaviour).toBe(behaviour);
    expect(cardOfPaymentMethod(paymentMethod)?.behaviour).toBe(behaviour);
  });

  it('knows no other names or numbers', () => {
    expect(cardOfToken('tok_unheardOf')).toBeUndefined();
    expect(cardOfPaymentMethod('tok_visa')).toBeUndefined();
    expect(cardOfNumber('4111111111111111')).toBeUndefined();
  });
});

describe('the Luhn check', () => {
  it('notices every single wrong digit', () => {
    const number = fc.constantFrom(...testCards.map((card) => card.number));
    fc.assert(
      fc.property(number, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, at, change) => {
        const position = at % digits.length;
        const wrong = (Number(digits[position]) + change) % 10;
        return !passesLuhn(digits.slice(0, position) + wrong + digits.slice(position + 1));
      }),
    );
  });
});
