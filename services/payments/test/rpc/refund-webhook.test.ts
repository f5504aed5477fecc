import { eventually } from '@finflow/chassis/testing/eventually';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcile } from '../../src/commands/reconcile.ts';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';
import { unheardPayment, type Webhooks, webhooksOf } from '../webhooks.ts';

let fixture: Fixture;
let webhooks: Webhooks;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture({ retries: 0 });
  webhooks = webhooksOf(fixture);
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const topics = async () => (await fixture.events(client.organizationId)).map(({ topic }) => topic);
const state = async (id: string) => (await client.getPayment({ id })).payment!;
const eventsOf = () => webhooks.eventsOf(client.organizationId);
const unheard = (source?: string) => unheardPayment(fixture, client.organizationId, source);

describe('a refund that a webhook tells of', () => {
  it('that was pending at the bank is completed', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'pm_card_pendingRefund' });
    const { refund } = await client.refundPayment({ paymentId: payment!.id, amount: usd(400n) });
    expect(refund?.status).toBe(RefundStatus.PENDING);
    const processorId = refund!.processorId;
    await eventually(async () => {
      expect((await fixture.sandbox.stripe.refunds.retrieve(processorId)).status).toBe('succeeded');
    });
    await webhooks.deliver(await eventsOf());
    expect(await state(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(400n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('made in the processor’s own dashboard is taken up', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId, amount: 250 });
    const [created] = (await fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    expect(await webhooks.deliver([created!, created!])).toEqual(new Set([200]));
    expect(await state(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(250n),
    });
    const { refunds } = await client.listRefunds({ paymentId: payment!.id });
    expect(refunds).toMatchObject([{ userId: '', amount: usd(250n), status: RefundStatus.COMPLETED }]);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('that is ahead of its payment is asked for again later', async () => {
    const id = await unheard();
    const [intent] = (await fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    await fixture.sandbox.stripe.refunds.create({ payment_intent: intent!.id });
    const events = (await fixture.sandbox.stripe.events.list({ limit: 20 })).data;
    const refunded = events.find(({ type }) => type === 'refund.created')!;
    const paid = events.find(({ type }) => type === 'payment_intent.succeeded')!;
    expect(await webhooks.deliver([refunded])).toEqual(new Set([503]));
    expect((await state(id)).status).toBe(PaymentStatus.PENDING);
    expect(await webhooks.deliver([paid, refunded])).toEqual(new Set([200]));
    expect(await state(id)).toMatchObject({ status: PaymentStatus.REFUNDED, amountRefunded: usd(1000n) });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('that came back after it was completed leaves the books as they are, and is noted', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'pm_card_refundFail' });
    const { refund } = await client.refundPayment({ paymentId: payment!.id });
    expect(refund?.status).toBe(RefundStatus.COMPLETED);
    await eventually(async () => {
      expect((await fixture.sandbox.stripe.refunds.retrieve(refund!.processorId)).status).toBe('failed');
    });
    await webhooks.deliver(await eventsOf());
    expect((await state(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
    const [row] = await fixture.rows('select returned_at is not null as returned from refunds where id = $1', [
      refund!.id,
    ]);
    expect(row).toEqual({ returned: true });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('of the dashboard that had failed by the time it was heard of is not taken up', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'pm_card_refundFail' });
    const { id } = await fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId });
    await eventually(async () => {
      expect((await fixture.sandbox.stripe.refunds.retrieve(id)).status).toBe('failed');
    });
    const [created] = (await fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    expect(created).toMatchObject({ data: { object: { id, status: 'succeeded' } } });
    expect(await webhooks.deliver([created!])).toEqual(new Set([200]));
    expect(await state(payment!.id)).toMatchObject({ status: PaymentStatus.COMPLETED, amountRefunded: usd(0n) });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it('is not called returned by a search that missed it', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.control('faults', { kind: 'error_after', path: '/v1/refunds' });
    await client.refundPayment({ paymentId: payment!.id }).catch(() => undefined);
    fixture.clock.advance(24 * 3_600_000);
    const overtaken = fixture.withProcessor(() => ({
      findRefund: async () => {
        await webhooks.deliver(await eventsOf());
        return undefined;
      },
    }));
    await reconcile(overtaken);
    const sql = 'select status, returned_at from refunds where organization_id = $1';
    expect(await fixture.rows(sql, [client.organizationId])).toEqual([{ status: 'COMPLETED', returned_at: null }]);
  });

  it('given up for lost turns out to have been made: it counts, once', async () => {
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await fixture.sandbox.control('faults', { kind: 'error_after', path: '/v1/refunds' });
    await client.refundPayment({ paymentId: payment!.id, amount: usd(400n) }).catch(() => undefined);
    fixture.clock.advance(24 * 3_600_000);
    await reconcile(fixture.withProcessor(() => ({ findRefund: async () => undefined })));
    client = await fixture.client({ organizationId: client.organizationId });
    const refunds = async () => (await client.listRefunds({ paymentId: payment!.id })).refunds;
    expect(await refunds()).toMatchObject([{ status: RefundStatus.FAILED }]);
    const events = await eventsOf();
    await webhooks.deliver([...events, ...events]);
    expect(await refunds()).toMatchObject([{ status: RefundStatus.COMPLETED, amount: usd(400n), failureMessage: '' }]);
    expect(await state(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(400n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });
});
