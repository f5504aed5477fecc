import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterCharge, type ChargeState } from '../../src/domain/charge.ts';
import { isUndecided, type PaymentStatus, paymentStatuses } from '../../src/domain/payment.ts';
import { afterRefund, type RefundState, statusWhenRefunded } from '../../src/domain/refund.ts';
import { refusal } from '../../src/domain/refusal.ts';

const refused: ChargeState = { kind: 'refused', refusal: refusal('card_declined', 'Declined.') };
const states: ChargeState[] = [{ kind: 'open' }, { kind: 'processing' }, refused, { kind: 'succeeded' }];
const words = fc.array(fc.constantFrom(...states), { maxLength: 12 });

function follow(start: PaymentStatus, said: readonly ChargeState[]): PaymentStatus[] {
  const path = [start];
  for (const state of said) {
    const next = afterCharge(path.at(-1)!, state);
    if (next) path.push(next);
  }
  return path;
}

describe('a payment under the processor’s words, in any order and number', () => {
  it('ends COMPLETED when the processor ever said so, FAILED when it only refused, and is undecided otherwise', () => {
    fc.assert(
      fc.property(words, (said) => {
        const end = follow('PENDING', said).at(-1)!;
        if (said.some(({ kind }) => kind === 'succeeded')) expect(end).toBe('COMPLETED');
        else if (said.some(({ kind }) => kind === 'refused')) expect(end).toBe('FAILED');
        else expect(isUndecided(end)).toBe(true);
      }),
    );
  });

  it('enters each status at most once, so each event is published at most once', () => {
    fc.assert(
      fc.property(words, (said) => {
        const path = follow('PENDING', said);
        expect(new Set(path).size).toBe(path.length);
      }),
    );
  });

  it('that is paid never goes back', () => {
    const paid = fc.constantFrom<PaymentStatus>('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED');
    fc.assert(fc.property(paid, words, (status, said) => follow(status, said).length === 1));
  });

  it('is not changed by hearing the same thing again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paymentStatuses), fc.constantFrom(...states), (status, state) => {
        const next = afterCharge(status, state);
        if (next) expect(afterCharge(next, state)).toBeUndefined();
      }),
    );
  });
});

describe('a refund under the processor’s words', () => {
  const refundStates: RefundState[] = [{ kind: 'pending' }, { kind: 'succeeded' }, { kind: 'failed', message: 'no' }];

  it('is decided by the first decision and by no later one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...refundStates), { maxLength: 8 }), (said) => {
        let status: 'PENDING' | 'COMPLETED' | 'FAILED' = 'PENDING';
        for (const state of said) status = afterRefund(status, state) ?? status;
        const first = said.find(({ kind }) => kind !== 'pending')?.kind;
        expect(status).toBe(first === undefined ? 'PENDING' : first === 'succeeded' ? 'COMPLETED' : 'FAILED');
      }),
    );
  });

  it('leaves the payment with the status that its refunded amount means', () => {
    expect(statusWhenRefunded(1000n, 0n)).toBe('COMPLETED');
    expect(statusWhenRefunded(1000n, 1n)).toBe('PARTIALLY_REFUNDED');
    expect(statusWhenRefunded(1000n, 1000n)).toBe('REFUNDED');
  });
});
