import { createLogger } from '@finflow/chassis/logger';
import { failureOf } from '@finflow/chassis/testing/failure';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPayment } from '../../src/commands/create-payment.ts';
import { reconcile } from '../../src/commands/reconcile.ts';
import { StripeProcessor, stripeClient } from '../../src/gateways/stripe-processor.ts';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';

let fixture: Fixture;
let client: PaymentClient;

beforeAll(async () => {
  // Without retries of the SDK's own, which wait half a second and more.
  fixture = await startFixture({ retries: 0, timeoutMs: 800 });
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const request = { amount: usd(800n), source: 'tok_visa', requestId: 'r-1' };
const MINUTE = 60_000;

/** What the processor has of this organization: intents and what they took. */
async function atProcessor() {
  const query = `metadata['finflow_organization_id']:'${client.organizationId}'`;
  return (await fixture.sandbox.stripe.paymentIntents.search({ query, limit: 100 })).data;
}

async function payments() {
  client = await fixture.client({ organizationId: client.organizationId });
  return (await client.listPayments({})).payments;
}

const topics = async () => (await fixture.events(client.organizationId)).map(({ topic }) => topic);

/** Twice, because the SDK tries again once after a connection was dropped, whatever it is told. */
const breakProcessor = (kind: string, path = '/v1/payment_intents') =>
  fixture.sandbox.control('faults', { kind, count: kind.startsWith('drop') ? 2 : 1, path });

describe('a processor that does not answer', () => {
  it.each(['error', 'rate_limit', 'drop', 'timeout'])(
    '(%s) leaves the payment pending, and a retry finishes it',
    async (kind) => {
      await breakProcessor(kind);
      const failure = await failureOf(client.createPayment(request));
      const [pending] = await payments();
      const about = { paymentId: pending!.id };
      expect(failure).toMatchObject({ code: 'Unavailable', reason: 'PROCESSOR_UNAVAILABLE', metadata: about });
      expect((await payments()).map(({ status }) => status)).toEqual([PaymentStatus.PENDING]);
      expect(await topics()).toEqual([]);
      await fixture.sandbox.control('reset');
      const { payment } = await client.createPayment(request);
      expect(payment?.status).toBe(PaymentStatus.COMPLETED);
      expect(await atProcessor()).toHaveLength(1);
      expect(await topics()).toEqual(['payment_completed']);
    },
  );

  it.each(['error_after', 'drop_after', 'timeout_after'])(
    '(%s) though it charged: a retry learns so, and charges no second time',
    async (kind) => {
      await breakProcessor(kind);
      expect(await failureOf(client.createPayment(request))).toMatchObject({ reason: 'PROCESSOR_UNAVAILABLE' });
      await fixture.sandbox.control('reset');
      expect(await atProcessor()).toHaveLength(1);
      const { payment } = await client.createPayment(request);
      const [intent, ...others] = await atProcessor();
      expect(others).toEqual([]);
      expect(payment).toMatchObject({ status: PaymentStatus.COMPLETED, processorId: intent!.id });
      expect(await topics()).toEqual(['payment_completed']);
    },
  );

  it('is asked again by the reconciliation, less and less often, until it answers', async () => {
    await fixture.sandbox.control('faults', { kind: 'error', count: 1000, path: '/v1/payment_intents' });
    const refused = { ...request, source: 'tok_chargeDeclinedInsufficientFunds' };
    await failureOf(client.createPayment(refused));
    const attempts = async () => {
      const sql = 'select attempts from reconciliations where organization_id = $1';
      return (await fixture.rows<{ attempts: number }>(sql, [client.organizationId]))[0]?.attempts;
    };
    expect(await reconcile(fixture.parts)).toBe(0);
    expect(await attempts()).toBe(0);
    fixture.clock.advance(1_000);
    expect(await reconcile(fixture.parts)).toBe(0);
    expect(await attempts()).toBe(1);
    fixture.clock.advance(3_999);
    await reconcile(fixture.parts);
    expect(await attempts()).toBe(1);
    fixture.clock.advance(1);
    await reconcile(fixture.parts);
    expect(await attempts()).toBe(2);
    await fixture.sandbox.control('reset');
    fixture.clock.advance(8_000);
    expect(await reconcile(fixture.parts)).toBe(1);
    const [payment] = await payments();
    expect(payment).toMatchObject({ status: PaymentStatus.FAILED, failureCode: 'insufficient_funds' });
    expect(await topics()).toEqual(['payment_failed']);
    expect(await attempts()).toBeUndefined();
  });

  it('that never took a payment is not sent it again after a day: the payment ends as failed', async () => {
    await breakProcessor('error');
    await failureOf(client.createPayment(request));
    await fixture.sandbox.control('reset');
    fixture.clock.advance(24 * 60 * MINUTE);
    expect(await reconcile(fixture.parts)).toBe(1);
    const [payment] = await payments();
    expect(payment).toMatchObject({ status: PaymentStatus.FAILED, failureCode: 'processor_never_answered' });
    expect(await atProcessor()).toEqual([]);
    expect(await topics()).toEqual(['payment_failed']);
  });

  it('whose search does not find a payment is believed once its index has caught up, and not before', async () => {
    await breakProcessor('error_after');
    await failureOf(client.createPayment(request));
    await fixture.sandbox.control('reset');
    const lagging = fixture.withProcessor(() => ({ findCharge: async () => undefined }));
    fixture.clock.advance(23 * 60 * MINUTE + 1);
    expect(await reconcile(lagging)).toBe(0);
    expect((await payments())[0]?.status).toBe(PaymentStatus.PENDING);
    fixture.clock.advance(60 * MINUTE);
    expect(await reconcile(fixture.parts)).toBe(1);
    expect((await payments())[0]?.status).toBe(PaymentStatus.COMPLETED);
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('that took it without our knowing is searched for it after a day', async () => {
    await breakProcessor('error_after');
    await failureOf(client.createPayment(request));
    await fixture.sandbox.control('reset');
    fixture.clock.advance(24 * 60 * MINUTE);
    expect(await reconcile(fixture.parts)).toBe(1);
    const [payment] = await payments();
    expect(payment).toMatchObject({ status: PaymentStatus.COMPLETED, cardLast4: '4242' });
    expect(await atProcessor()).toHaveLength(1);
  });

  it('that turns out to know no such card ends the payment as failed when nobody is there to hear it', async () => {
    await breakProcessor('error');
    await failureOf(client.createPayment({ ...request, source: 'tok_unheardOf' }));
    await fixture.sandbox.control('reset');
    fixture.clock.advance(1_000);
    expect(await reconcile(fixture.parts)).toBe(1);
    const [payment] = await payments();
    expect(payment).toMatchObject({ status: PaymentStatus.FAILED, failureCode: 'source_not_found' });
  });
});

describe('a bank that takes its time', () => {
  it.each([
    ['succeeded', PaymentStatus.COMPLETED, 'payment_completed'],
    ['declined', PaymentStatus.FAILED, 'payment_failed'],
  ])('leaves the payment processing until it %s', async (outcome, status, topic) => {
    await fixture.sandbox.control('settlements', { outcome, after_ms: 200 });
    const { payment } = await client.createPayment(request);
    expect(payment?.status).toBe(PaymentStatus.PROCESSING);
    expect(await topics()).toEqual([]);
    // The sandbox keeps real time; asking until it has decided is what the reconciliation does.
    for (let i = 0; (await topics()).length === 0 && i < 200; i += 1) {
      fixture.clock.advance(15 * MINUTE);
      await reconcile(fixture.parts);
    }
    expect((await payments())[0]?.status).toBe(status);
    expect(await topics()).toEqual([topic]);
  });
});

describe('refunds through a processor that does not answer', () => {
  const paid = async () => (await client.createPayment({ ...request, requestId: '' })).payment!;
  const refundedAt = async (processorId: string) =>
    (await fixture.sandbox.stripe.refunds.list({ payment_intent: processorId })).data.map(({ amount }) => amount);

  it.each(['error', 'error_after', 'drop_after', 'timeout_after'])(
    '(%s) stay pending, hold their amount, and are finished by a retry',
    async (kind) => {
      const payment = await paid();
      const refund = { paymentId: payment.id, amount: usd(500n), requestId: 'refund' };
      await breakProcessor(kind, '/v1/refunds');
      expect(await failureOf(client.refundPayment(refund))).toMatchObject({ reason: 'PROCESSOR_UNAVAILABLE' });
      const more = failureOf(client.refundPayment({ paymentId: payment.id, amount: usd(301n) }));
      expect(await more).toMatchObject({ reason: 'REFUND_EXCEEDS_PAYMENT', metadata: { refundableMinor: '300' } });
      await fixture.sandbox.control('reset');
      const reply = await client.refundPayment(refund);
      expect(reply.refund?.status).toBe(RefundStatus.COMPLETED);
      expect(reply.payment).toMatchObject({ amountRefunded: usd(500n), status: PaymentStatus.PARTIALLY_REFUNDED });
      expect(await refundedAt(payment.processorId)).toEqual([500]);
      expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
    },
  );

  it.each([
    ['error', 1_000, RefundStatus.COMPLETED],
    ['error_after', 1_000, RefundStatus.COMPLETED],
    ['error', 24 * 60 * MINUTE, RefundStatus.FAILED],
    ['error_after', 24 * 60 * MINUTE, RefundStatus.COMPLETED],
  ])('(%s) are finished by the reconciliation after %d ms', async (kind, ageMs, status) => {
    const payment = await paid();
    await breakProcessor(kind, '/v1/refunds');
    await failureOf(client.refundPayment({ paymentId: payment.id }));
    await fixture.sandbox.control('reset');
    fixture.clock.advance(ageMs);
    expect(await reconcile(fixture.parts)).toBe(1);
    const completed = status === RefundStatus.COMPLETED;
    const [after] = await payments();
    expect(after?.status).toBe(completed ? PaymentStatus.REFUNDED : PaymentStatus.COMPLETED);
    const { refunds } = await client.listRefunds({ paymentId: payment.id });
    expect(refunds.map((refund) => refund.status)).toEqual([status]);
    expect(await refundedAt(payment.processorId)).toEqual(completed ? [800] : []);
    expect(await topics()).toEqual(['payment_completed', ...(completed ? ['payment_refunded'] : [])]);
  });
});

describe('a refund among very many of one charge', () => {
  it('is found after a day', async () => {
    const { payment } = await client.createPayment({ ...request, requestId: '' });
    await breakProcessor('error_after', '/v1/refunds');
    await failureOf(client.refundPayment({ paymentId: payment!.id, amount: usd(500n) }));
    const { processorId } = payment!;
    for (let n = 0; n < 100; n += 1) {
      await fixture.sandbox.stripe.refunds.create({ payment_intent: processorId, amount: 1 });
    }
    fixture.clock.advance(24 * 60 * MINUTE);
    expect(await reconcile(fixture.parts)).toBe(1);
    expect((await payments())[0]).toMatchObject({ amountRefunded: usd(500n) });
  });
});

describe('the log', () => {
  it('says what went wrong, and nothing of cards, keys or the processor’s answers', async () => {
    let log = '';
    const destination = {
      write: (line: string) => {
        log += line;
      },
    };
    const parts = { ...fixture.parts, logger: createLogger({ service: 'payments', level: 'trace', destination }) };
    const order = {
      amount: usd(100n),
      invoiceId: null,
      description: 'rent-4712',
      metadata: { note: 'note-4711' },
      key: undefined,
    };
    const member = fixture.member(client.organizationId);
    for (const kind of ['error', 'drop', 'timeout', 'rate_limit']) {
      await breakProcessor(kind);
      await expect(createPayment(parts, member, { ...order, source: 'tok_visa' })).rejects.toThrow();
    }
    await createPayment(parts, member, { ...order, source: 'tok_chargeDeclined' });
    const wrongKey = new StripeProcessor(
      stripeClient({ secretKey: 'sk_test_wrong', baseUrl: fixture.sandbox.url, timeoutMs: 300, retries: 0 }),
    );
    const misconfigured = { ...parts, processor: wrongKey };
    await expect(createPayment(misconfigured, member, { ...order, source: 'tok_visa' })).rejects.toThrow();
    expect(log).toContain('StripeAPIError');
    expect(log).toContain('StripeAuthenticationError');
    for (const secret of ['tok_', 'sk_test', 'client_secret', 'last4', 'note-4711', 'rent-4712'])
      expect(log).not.toContain(secret);
  });
});
