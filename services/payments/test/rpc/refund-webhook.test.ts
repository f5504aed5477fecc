import { eventually } from '@finflow/chassis/testing/eventually';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { reconcile } from '../../src/commands/reconcile.ts';
import { webhookScene } from '../webhooks.ts';

const scene = webhookScene();
const { processorEvents, payment: paymentOf, topics, unheard } = scene;
const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

describe('a refund that a webhook tells of', () => {
  it('that was pending at the bank is completed', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'pm_card_pendingRefund' });
    const { refund } = await scene.client.refundPayment({ paymentId: payment!.id, amount: usd(400n) });
    expect(refund?.status).toBe(RefundStatus.PENDING);
    const processorId = refund!.processorId;
    await eventually(async () => {
      expect((await scene.fixture.sandbox.stripe.refunds.retrieve(processorId)).status).toBe('succeeded');
    });
    await scene.webhooks.deliver(await processorEvents());
    expect(await paymentOf(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(400n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('made in the processor’s own dashboard is taken up', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await scene.fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId, amount: 250 });
    const [created] = (await scene.fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    expect(await scene.webhooks.deliver([created!, created!])).toEqual(new Set([200]));
    expect(await paymentOf(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(250n),
    });
    const { refunds } = await scene.client.listRefunds({ paymentId: payment!.id });
    expect(refunds).toMatchObject([{ userId: '', amount: usd(250n), status: RefundStatus.COMPLETED }]);
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('that is ahead of its payment is asked for again later', async () => {
    const id = await unheard();
    const [intent] = (await scene.fixture.sandbox.stripe.paymentIntents.list({ limit: 1 })).data;
    await scene.fixture.sandbox.stripe.refunds.create({ payment_intent: intent!.id });
    const events = (await scene.fixture.sandbox.stripe.events.list({ limit: 20 })).data;
    const refunded = events.find(({ type }) => type === 'refund.created')!;
    const paid = events.find(({ type }) => type === 'payment_intent.succeeded')!;
    expect(await scene.webhooks.deliver([refunded])).toEqual(new Set([503]));
    expect((await paymentOf(id)).status).toBe(PaymentStatus.PENDING);
    expect(await scene.webhooks.deliver([paid, refunded])).toEqual(new Set([200]));
    expect(await paymentOf(id)).toMatchObject({ status: PaymentStatus.REFUNDED, amountRefunded: usd(1000n) });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('that came back after it was completed leaves the books as they are, and is noted', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'pm_card_refundFail' });
    const { refund } = await scene.client.refundPayment({ paymentId: payment!.id });
    expect(refund?.status).toBe(RefundStatus.COMPLETED);
    await eventually(async () => {
      expect((await scene.fixture.sandbox.stripe.refunds.retrieve(refund!.processorId)).status).toBe('failed');
    });
    await scene.webhooks.deliver(await processorEvents());
    expect((await paymentOf(payment!.id)).status).toBe(PaymentStatus.REFUNDED);
    const [row] = await scene.fixture.rows('select returned_at is not null as returned from refunds where id = $1', [
      refund!.id,
    ]);
    expect(row).toEqual({ returned: true });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('of the dashboard that had failed by the time it was heard of is not taken up', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'pm_card_refundFail' });
    const { id } = await scene.fixture.sandbox.stripe.refunds.create({ payment_intent: payment!.processorId });
    await eventually(async () => {
      expect((await scene.fixture.sandbox.stripe.refunds.retrieve(id)).status).toBe('failed');
    });
    const [created] = (await scene.fixture.sandbox.stripe.events.list({ type: 'refund.created', limit: 1 })).data;
    expect(created).toMatchObject({ data: { object: { id, status: 'succeeded' } } });
    expect(await scene.webhooks.deliver([created!])).toEqual(new Set([200]));
    expect(await paymentOf(payment!.id)).toMatchObject({ status: PaymentStatus.COMPLETED, amountRefunded: usd(0n) });
    expect(await topics()).toEqual(['payment_completed']);
  });

  it.each([
    ['tok_visa', 'completed'],
    ['pm_card_pendingRefund', 'pending'],
  ])('of %s is not failed by a search that missed it, when a webhook meanwhile told it is %s', async (source, told) => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source });
    await scene.fixture.sandbox.control('faults', { kind: 'error_after', path: '/v1/refunds' });
    await scene.client.refundPayment({ paymentId: payment!.id }).catch(() => undefined);
    const [created] = (await processorEvents()).filter(({ type }) => type === 'refund.created');
    scene.fixture.clock.advance(24 * 3_600_000);
    const overtaken = scene.fixture.withProcessor(() => ({
      findRefund: async () => {
        await scene.webhooks.deliver([created!]);
        return undefined;
      },
    }));
    await reconcile(overtaken);
    const sql = 'select lower(status) as status, returned_at from refunds where organization_id = $1';
    expect(await scene.fixture.rows(sql, [scene.client.organizationId])).toEqual([{ status: told, returned_at: null }]);
    const { id } = created!.data.object as Stripe.Refund;
    await eventually(async () => {
      expect((await scene.fixture.sandbox.stripe.refunds.retrieve(id)).status).toBe('succeeded');
    });
    await scene.webhooks.deliver(await processorEvents());
    await scene.signInAgain();
    expect(await paymentOf(payment!.id)).toMatchObject({
      status: PaymentStatus.REFUNDED,
      amountRefunded: usd(1000n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('given up for lost turns out to have been made: it counts, once', async () => {
    const { payment } = await scene.client.createPayment({ amount: usd(1000n), source: 'tok_visa' });
    await scene.fixture.sandbox.control('faults', { kind: 'error_after', path: '/v1/refunds' });
    await scene.client.refundPayment({ paymentId: payment!.id, amount: usd(400n) }).catch(() => undefined);
    scene.fixture.clock.advance(24 * 3_600_000);
    await reconcile(scene.fixture.withProcessor(() => ({ findRefund: async () => undefined })));
    await scene.signInAgain();
    const refunds = async () => (await scene.client.listRefunds({ paymentId: payment!.id })).refunds;
    expect(await refunds()).toMatchObject([{ status: RefundStatus.FAILED }]);
    const events = await processorEvents();
    await scene.webhooks.deliver([...events, ...events]);
    expect(await refunds()).toMatchObject([{ status: RefundStatus.COMPLETED, amount: usd(400n), failureMessage: '' }]);
    expect(await paymentOf(payment!.id)).toMatchObject({
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amountRefunded: usd(400n),
    });
    expect(await topics()).toEqual(['payment_completed', 'payment_refunded']);
  });
});
