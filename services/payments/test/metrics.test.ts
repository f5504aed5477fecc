import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { metric } from '@finflow/chassis/telemetry/metrics';
import { InMemoryTelemetry } from '@finflow/chassis/testing/in-memory-telemetry';
import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPayment } from '../src/commands/create-payment.ts';
import { reconcile } from '../src/commands/reconcile.ts';
import { recordProcessorState } from '../src/commands/record-processor-state.ts';
import { processorUnavailable } from '../src/domain/processor.ts';
import { undecidedGauges } from '../src/metrics.ts';
import { type Fixture, startFixture } from './fixture.ts';

let telemetry: InMemoryTelemetry;
let fixture: Fixture;

beforeAll(async () => {
  telemetry = InMemoryTelemetry.start();
  fixture = await startFixture();
});
afterAll(async () => {
  await fixture?.stop();
  await telemetry?.stop();
});

const payments = (outcome: string) => telemetry.values(metric.payments, { 'finflow.outcome': outcome });

test('completed and declined payments, amounts and refunds are counted, by currency and once each', async () => {
  const client = await fixture.client();
  const pay = (source: string, currencyCode = 'USD', requestId = newId()) =>
    client.createPayment({ amount: { currencyCode, amountMinor: 1_500n }, source, requestId });
  const requestId = newId();
  await pay('tok_visa', 'USD', requestId);
  const { payment } = await pay('tok_visa', 'USD', requestId);
  await pay('tok_visa', 'EUR');
  const declined = await pay('tok_chargeDeclinedInsufficientFunds');
  expect(declined.payment?.status).toBe(PaymentStatus.FAILED);
  await client.refundPayment({ paymentId: payment?.id ?? '', amount: { currencyCode: 'USD', amountMinor: 500n } });

  expect(await telemetry.points(metric.payments)).toHaveLength(3);
  expect(await payments('completed')).toEqual([1, 1]);
  expect(await payments('declined')).toEqual([1]);
  expect(await telemetry.values(metric.paymentAmount, { 'finflow.currency': 'USD' })).toEqual([1_500]);
  expect(await telemetry.values(metric.refunds)).toEqual([1]);
  expect((await telemetry.points(metric.refunds))[0]?.attributes).toEqual({
    'finflow.currency': 'USD',
    'finflow.outcome': 'completed',
  });
});

test('what the processor never answered is its failure, not a decline; until then it is undecided', async () => {
  const gauges = undecidedGauges(fixture.parts.database, silentLogger);
  try {
    const parts = fixture.withProcessor(() => ({
      charge: async () => {
        throw processorUnavailable(new Error('no answer'));
      },
      findCharge: async () => undefined,
    }));
    const request = { amount: { currencyCode: 'USD', amountMinor: 700n }, source: 'tok_visa', invoiceId: null };
    const whole = { ...request, description: '', metadata: {}, key: undefined };
    await expect(createPayment(parts, fixture.member(), whole)).rejects.toThrow();
    const undecided = () => telemetry.values(metric.undecided, { 'finflow.subject': 'payment' });
    expect(await undecided()).toEqual([1]);
    expect(await telemetry.values(metric.undecided, { 'finflow.subject': 'refund' })).toEqual([0]);

    fixture.clock.advance(60_000);
    await reconcile(parts);
    expect(await telemetry.values(metric.undecidedAttempts, { 'finflow.subject': 'payment' })).toEqual([1]);
    expect(await payments('failed')).toEqual([]);

    // Past the time in which an order may be sent again, and in which a search may not know it yet.
    fixture.clock.advance(24 * 3_600_000);
    await reconcile(parts);
    expect(await undecided()).toEqual([0]);
    const failed = (await telemetry.points(metric.payments)).filter(
      (p) => p.attributes['finflow.outcome'] === 'failed',
    );
    expect(failed.map(({ attributes, value }) => [attributes, value])).toEqual([
      [{ 'finflow.currency': 'USD', 'finflow.outcome': 'failed', 'error.type': 'processor_never_answered' }, 1],
    ]);
  } finally {
    await gauges.stop();
  }
});

test('what is rolled back with its transaction is not counted', async () => {
  const before = await payments('completed');
  const client = await fixture.client();
  const { organizationId } = client;
  const { payment } = await client.createPayment({
    amount: { currencyCode: 'USD', amountMinor: 900n },
    source: 'tok_visa',
    requestId: newId(),
  });
  const rolledBack = fixture.parts.database.tenant(organizationId, async (tx) => {
    await tx.query(`update payments set status = 'PROCESSING', completed_at = null where id = $1`, [payment?.id]);
    const retrieved = await fixture.parts.processor.findCharge(payment?.id ?? '');
    if (!retrieved) throw new Error('unknown');
    await recordProcessorState(tx, fixture.parts, {
      organizationId,
      paymentId: payment?.id,
      about: { charge: retrieved },
    });
    throw new Error('lost');
  });
  await expect(rolledBack).rejects.toThrow('lost');
  const after = await payments('completed');
  expect(after.reduce((a, b) => a + b, 0)).toBe(before.reduce((a, b) => a + b, 0) + 1);
});
