import { createHash } from 'node:crypto';
import { seconds } from '../call.ts';
import { SandboxError } from '../errors.ts';
import { objectId } from '../ids.ts';
import type { Params } from '../params.ts';
import { type Behaviour, cardOfNumber, passesLuhn, type TestCard } from '../test-cards.ts';

/** What is kept of a card: never its number, only what Stripe shows and how the test card behaves. */
export interface CardDetails {
  brand: string;
  last4: string;
  funding: string;
  country: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  behaviour: Behaviour;
}

/** A published test card, valid for some years from now. */
export function detailsOf(card: TestCard, expiry: { month: number; year: number }): CardDetails {
  return {
    brand: card.brand,
    last4: card.number.slice(-4),
    funding: card.funding,
    country: 'US',
    exp_month: expiry.month,
    exp_year: expiry.year,
    fingerprint: createHash('sha256').update(card.number).digest('base64url').slice(0, 16),
    behaviour: card.behaviour,
  };
}

/** The expiry of cards that are named and not typed in. */
export function defaultExpiry(now: Date): { month: number; year: number } {
  return { month: 12, year: now.getUTCFullYear() + 4 };
}

/**
 * A card as typed in: `number`, `exp_month`, `exp_year`, `cvc`. Refused as `card_error` (402) with `incorrect_number`,
 * `invalid_expiry_month`, `invalid_expiry_year` or `invalid_cvc`, and as declined when it is no published test card.
 */
export function typedCard(params: Params, now: Date): CardDetails {
  const number = params.requiredText('number', 40).replaceAll(/[\s-]/g, '');
  const month = params.requiredInteger('exp_month');
  const year = fourDigits(params.requiredInteger('exp_year'));
  const cvc = params.text('cvc', 10);
  params.ignore('name', 'currency', 'address_line1', 'address_line2', 'address_city', 'address_state');
  params.ignore('address_zip', 'address_country');
  params.rejectUnknown();
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    throw cardError('incorrect_number', 'Your card number is incorrect.', 'number');
  }
  if (month < 1 || month > 12) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  if (isPast(month, year, now)) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  const card = cardOfNumber(number);
  if (!card) throw notATestCard();
  if (cvc !== undefined && !(card.brand === 'amex' ? /^\d{3,4}$/ : /^\d{3}$/).test(cvc)) {
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  }
  return detailsOf(card, { month, year });
}

/** The `card` of a payment method, in Stripe's shape. */
export function cardBody(details: CardDetails, cvcChecked: boolean): object {
  const { behaviour: _, ...shown } = details;
  return {
    ...shown,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: cvcChecked ? 'pass' : null,
    },
    display_brand: details.brand,
    generated_from: null,
    networks: { available: [details.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
}

/** The `card` object inside a token, in Stripe's shape. */
export function tokenCardBody(details: CardDetails, now: Date): object {
  const { behaviour: _, ...shown } = details;
  return { id: objectId('card'), object: 'card', created: seconds(now), ...shown };
}

function fourDigits(year: number): number {
  return year < 100 ? 2000 + year : year;
}

function isPast(month: number, year: number, now: Date): boolean {
  const current = now.getUTCFullYear() * 12 + now.getUTCMonth();
  return year * 12 + (month - 1) < current || year > now.getUTCFullYear() + 50;
}

function cardError(code: string, message: string, param: string): SandboxError {
  return new SandboxError(402, { type: 'card_error', code, message, param });
}

function notATestCard(): SandboxError {
  return new SandboxError(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message:
      'Your card was declined. Your request was in test mode, but used a non test card. ' +
      'For a list of valid test cards, visit: https://docs.stripe.com/testing.',
    param: '',
  });
}
