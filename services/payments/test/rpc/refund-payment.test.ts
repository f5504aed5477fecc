import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';

let fixture: Fixture;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const pay = async (source = 'tok_visa', invoiceId = '') =>
  (await client.createPayment({ amount: usd(1000n), source, invoiceId })).payment!;
const refunded = async (processorId: string) => {
  const intent = await fixture.sandbox.stripe.paymentIntents.retrieve(processorId, { expand: ['latest_charge'] });
  return (intent.latest_charge as { amount_refunded: number }).amount_refunded;
};

describe('RefundPayment', () => {
  it('gives back a part, then the rest, and publishes both', async () => {
    const payment = await pay('tok_visa', fixture.invoices.add());
    const part = await client.refundPayment({ paymentId: payment.id, amount: usd(300n), reason: 'Broken chair' });
    expect(part.refund).toMatchObject({
      paymentId: payment.id,
      userId: client.userId,
      amount: usd(300n),
      status: RefundStatus.COMPLETED,
      reason: 'Broken chair',
      processorId: expect.stringMatching(/^re_/),
    });
    expect(part.payment).toMatchObject({ status: PaymentStatus.PARTIALLY_REFUNDED, amountRefunded: usd(300n) });
    const rest = await client.refundPayment({ paymentId: payment.id });
    expect(rest.refund?.amount).toMatchObject(usd(700n));
    expect(rest.payment).toMatchObject({ status: PaymentStatus.REFUNDED, amountRefunded: usd(1000n) });
    expect(await refunded(payment.processorId)).toBe(1000);
    const [, first, second, ...others] = await fixture.events(client.organizationId);
    expect(others).toEqual([]);
    for (const [event, { refund }] of [
      [first, part],
      [second, rest],
    ] as const) {
      expect(event).toMatchObject({
        topic: 'payment_refunded',
        key: payment.invoiceId,
        payload: {
          id: refund!.id,
          paymentId: payment.id,
          amount: String(refund!.amount!.amountMinor),
          processorId: refund!.processorId,
        },
      });
    }
  });

  it('refuses more than is left, with how much that is', async () => {
    const payment = await pay();
    await client.refundPayment({ paymentId: payment.id, amount: usd(600n) });
    expect(await failureOf(client.refundPayment({ paymentId: payment.id, amount: usd(401n) }))).toMatchObject({
      code: 'FailedPrecondition',
      reason: 'REFUND_EXCEEDS_PAYMENT',
      fields: ['amount.amount_minor'],
      metadata: { refundableMinor: '400' },
    });
    expect(await refunded(payment.processorId)).toBe(600);
  });

  it('refuses what is not paid, paid back already, unknown, another’s, or in another currency', async () => {
    const failed = await pay('tok_chargeDeclined');
    const notRefundable = { code: 'FailedPrecondition', reason: 'PAYMENT_NOT_REFUNDABLE', fields: ['payment_id'] };
    expect(await failureOf(client.refundPayment({ paymentId: failed.id }))).toMatchObject(notRefundable);
    const payment = await pay();
    const other = await fixture.client();
    const unknown = { code: 'NotFound', reason: 'PAYMENT_NOT_FOUND', fields: ['payment_id'] };
    expect(await failureOf(other.refundPayment({ paymentId: payment.id }))).toMatchObject(unknown);
    expect(await failureOf(client.refundPayment({ paymentId: newId() }))).toMatchObject(unknown);
    const euros = { currencyCode: 'EUR', amountMinor: 1n };
    expect(await failureOf(client.refundPayment({ paymentId: payment.id, amount: euros }))).toMatchObject({
      code: 'InvalidArgument',
      reason: 'CURRENCY_MISMATCH',
      fields: ['amount.currency_code'],
    });
    await client.refundPayment({ paymentId: payment.id });
    expect(await failureOf(client.refundPayment({ paymentId: payment.id }))).toMatchObject(notRefundable);
    expect(await failureOf(client.refundPayment({ paymentId: payment.id, amount: usd(1n) }))).toMatchObject(
      notRefundable,
    );
  });

  it('many at once never give back more than was paid', async () => {
    const payment = await pay();
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => client.refundPayment({ paymentId: payment.id, amount: usd(300n) })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const attempt of attempts) {
      if (attempt.status === 'fulfilled') continue;
      expect(await failureOf(Promise.reject(attempt.reason))).toMatchObject({ reason: 'REFUND_EXCEEDS_PAYMENT' });
    }
    expect(await refunded(payment.processorId)).toBe(900);
    const { payment: after } = await client.getPayment({ id: payment.id });
    expect(after).toMatchObject({ amountRefunded: usd(900n), status: PaymentStatus.PARTIALLY_REFUNDED });
    expect(await fixture.events(client.organizationId)).toHaveLength(4);
  });

  it('two at once of the whole give it back once', async () => {
    const payment = await pay();
    const attempts = await Promise.allSettled([1, 2].map(() => client.refundPayment({ paymentId: payment.id })));
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refunded(payment.processorId)).toBe(1000);
  });

  it('repeated with its request id gives back once; with another body it is refused', async () => {
    const payment = await pay();
    const request = { paymentId: payment.id, amount: usd(300n), requestId: 'refund-1' };
    const replies = await Promise.all(Array.from({ length: 4 }, () => client.refundPayment(request)));
    expect(new Set(replies.map(({ refund }) => refund!.id)).size).toBe(1);
    expect(await client.refundPayment(request)).toEqual(replies[0]);
    expect(await refunded(payment.processorId)).toBe(300);
    expect(await failureOf(client.refundPayment({ ...request, amount: usd(301n) }))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    const other = await pay();
    expect(await failureOf(client.refundPayment({ ...request, paymentId: other.id }))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });

  it('refused by the processor comes back failed, and its amount is free again', async () => {
    const payment = await pay();
    // Somebody gave it all back in the processor's own dashboard, and we have not heard of it yet.
    const refund = await fixture.sandbox.stripe.refunds.create({ payment_intent: payment.processorId });
    const reply = await client.refundPayment({ paymentId: payment.id, amount: usd(400n) });
    expect(reply.refund).toMatchObject({
      status: RefundStatus.FAILED,
      failureMessage: expect.stringMatching(/refunded/),
    });
    expect(reply.payment).toMatchObject({ status: PaymentStatus.COMPLETED, amountRefunded: usd(0n) });
    const [row] = await fixture.rows<{ amount_reserved_minor: string }>(
      'select amount_reserved_minor from payments where id = $1',
      [payment.id],
    );
    expect(row?.amount_reserved_minor).toBe('0');
    expect(refund.status).toBe('succeeded');
  });

  it('of an amount that the processor cannot express fails with a sentence, and the amount is free again', async () => {
    const kuwait = (amountMinor: bigint) => ({ currencyCode: 'KWD', amountMinor });
    const { payment } = await client.createPayment({ amount: kuwait(1000n), source: 'tok_visa' });
    const { refund, payment: after } = await client.refundPayment({ paymentId: payment!.id, amount: kuwait(5n) });
    expect(refund).toMatchObject({ status: RefundStatus.FAILED, failureMessage: expect.stringContaining('currency') });
    expect(after).toMatchObject({ status: PaymentStatus.COMPLETED, amountRefunded: kuwait(0n) });
    const rest = await client.refundPayment({ paymentId: payment!.id });
    expect(rest.refund).toMatchObject({ status: RefundStatus.COMPLETED, amount: kuwait(1000n) });
  });

  it('of a slow bank holds its amount until the bank has decided', async () => {
    const payment = await pay('pm_card_pendingRefund');
    const slow = await client.refundPayment({ paymentId: payment.id, amount: usd(900n) });
    expect(slow.refund?.status).toBe(RefundStatus.PENDING);
    expect(slow.payment).toMatchObject({ status: PaymentStatus.COMPLETED, amountRefunded: usd(0n) });
    expect(await failureOf(client.refundPayment({ paymentId: payment.id, amount: usd(101n) }))).toMatchObject({
      reason: 'REFUND_EXCEEDS_PAYMENT',
      metadata: { refundableMinor: '100' },
    });
  });
});
