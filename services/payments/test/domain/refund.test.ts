import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Payment } from '../../src/domain/payment.ts';
import { amountToRefund, refundableMinor } from '../../src/domain/refund.ts';

const payment = (change: Partial<Payment> = {}): Payment => ({
  id: 'p',
  userId: 'u',
  status: 'COMPLETED',
  amountMinor: 1000n,
  currencyCode: 'USD',
  amountRefundedMinor: 0n,
  amountReservedMinor: 0n,
  invoiceId: null,
  description: '',
  metadata: {},
  processorId: 'pi_1',
  failureCode: null,
  failureMessage: null,
  failureAdvice: null,
  cardBrand: 'visa',
  cardLast4: '4242',
  createdAt: new Date(0),
  updatedAt: new Date(0),
  completedAt: new Date(0),
  ...change,
});

const reasonOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
  return '';
};

describe('how much a refund takes', () => {
  it('is all that is left unless an amount is asked for', () => {
    expect(amountToRefund(payment({ amountRefundedMinor: 300n, amountReservedMinor: 200n }), undefined)).toBe(500n);
    expect(amountToRefund(payment(), { amountMinor: 1n, currencyCode: '' })).toBe(1n);
    expect(amountToRefund(payment(), { amountMinor: 1000n, currencyCode: 'USD' })).toBe(1000n);
  });

  it('is never more than is left, whatever was given back or is about to be', () => {
    const part = fc.bigInt({ min: 0n, max: 1000n });
    fc.assert(
      fc.property(part, part, fc.bigInt({ min: 1n, max: 2000n }), (refunded, reserved, asked) => {
        fc.pre(refunded + reserved <= 1000n);
        const paid = payment({ amountRefundedMinor: refunded, amountReservedMinor: reserved });
        const run = () => amountToRefund(paid, { amountMinor: asked, currencyCode: 'USD' });
        if (refunded + reserved + asked <= 1000n) expect(run()).toBe(asked);
        else
          expect(reasonOf(run)).toBe(
            refundableMinor(paid) === 0n ? 'PAYMENT_NOT_REFUNDABLE' : 'REFUND_EXCEEDS_PAYMENT',
          );
      }),
    );
  });

  it('says what is left when too much is asked for', () => {
    expect(() => amountToRefund(payment(), { amountMinor: 1001n, currencyCode: 'USD' })).toThrow(
      expect.objectContaining({ metadata: { refundableMinor: '1000' }, message: expect.stringContaining('USD 10.00') }),
    );
  });

  it.each(['PENDING', 'PROCESSING', 'FAILED', 'REFUNDED'] as const)('is nothing of a payment that is %s', (status) => {
    expect(reasonOf(() => amountToRefund(payment({ status }), undefined))).toBe('PAYMENT_NOT_REFUNDABLE');
  });

  it('is in the payment’s currency', () => {
    expect(reasonOf(() => amountToRefund(payment(), { amountMinor: 1n, currencyCode: 'EUR' }))).toBe(
      'CURRENCY_MISMATCH',
    );
  });
});
