import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { signatureHeader } from '../../src/card-sandbox/webhooks/signature.ts';

const secret = 'whsec_test';
const signedAt = new Date('2026-03-01T12:00:00Z');
const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded' });

function verify(body: string, header: string, key: string, receivedAt: Date) {
  return Stripe.webhooks.constructEvent(body, header, key, 300, undefined, receivedAt.getTime());
}

describe('the webhook signature', () => {
  const header = signatureHeader(payload, secret, signedAt);

  it('is accepted by the SDK', () => {
    expect(verify(payload, header, secret, signedAt).id).toBe('evt_1');
  });

  it('is refused for another body, another secret, or five minutes later', () => {
    expect(() => verify(payload.replace('evt_1', 'evt_2'), header, secret, signedAt)).toThrow('No signatures found');
    expect(() => verify(payload, header, 'whsec_other', signedAt)).toThrow('No signatures found');
    expect(() => verify(payload, header, secret, new Date(signedAt.getTime() + 301_000))).toThrow('tolerance');
  });
});
