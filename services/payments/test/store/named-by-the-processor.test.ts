import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { neverAnswered } from '../../src/domain/refusal.ts';
import { changeCharge, findPaymentOrFail } from '../../src/store/payments.ts';
import { changeRefund, findRefundOrFail } from '../../src/store/refunds.ts';
import { type Fixture, startFixture } from '../fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

/** What a search that found nothing says, decided on a row that had no id of the processor's when it was read. */
const missed = (now: Date) => ({ to: 'FAILED', processorId: null, processorData: Buffer.from('{}'), now }) as const;

it('a charge that got the processor’s id since it was read is not failed by a search that missed it', async () => {
  await fixture.sandbox.control('settlements', { outcome: 'succeeded', after_ms: 600_000 });
  const { organizationId, ...client } = await fixture.client();
  const { payment } = await client.createPayment({
    amount: { currencyCode: 'USD', amountMinor: 1000n },
    source: 'tok_visa',
  });
  expect(payment?.status).toBe(PaymentStatus.PROCESSING);
  await fixture.parts.database.tenant(organizationId, async (tx) => {
    const before = await findPaymentOrFail(tx, organizationId, payment!.id);
    const change = { ...missed(fixture.clock.now()), from: before.status, card: null, refusal: neverAnswered };
    expect(await changeCharge(tx, organizationId, before.id, change)).toBe(false);
    expect(await findPaymentOrFail(tx, organizationId, before.id)).toEqual(before);
  });
});

it('nor a refund', async () => {
  const { organizationId, ...client } = await fixture.client();
  const { payment } = await client.createPayment({
    amount: { currencyCode: 'USD', amountMinor: 1000n },
    source: 'pm_card_pendingRefund',
  });
  const { refund } = await client.refundPayment({ paymentId: payment!.id });
  await fixture.parts.database.tenant(organizationId, async (tx) => {
    const before = await findRefundOrFail(tx, organizationId, refund!.id);
    expect(before.status).toBe('PENDING');
    const change = { ...missed(fixture.clock.now()), from: before.status, failureMessage: 'Refund again.' };
    expect(await changeRefund(tx, organizationId, before.id, change)).toBe(false);
    expect(await findRefundOrFail(tx, organizationId, before.id)).toEqual(before);
  });
});
