import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { PaymentStatus, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';

let fixture: Fixture;
let client: PaymentClient;
let viewer: PaymentClient;
let invoiceId: string;
const ids: Record<string, string> = {};
const times: Record<string, Date> = {};

beforeAll(async () => {
  fixture = await startFixture();
  client = await fixture.client();
  viewer = await fixture.client({ organizationId: client.organizationId, role: 'VIEWER' });
  invoiceId = fixture.invoices.add({ totalMinor: 5000n });
  await make('a', { amount: usd(300n), source: 'tok_visa', description: 'Alpha 100%' });
  await make('b', { amount: usd(100n), source: 'tok_chargeDeclined', description: 'Beta' });
  await make('c', { amount: { currencyCode: 'EUR', amountMinor: 200n }, source: 'tok_amex', description: 'alphabet' });
  await make('d', { amount: usd(200n), source: 'tok_visa', invoiceId });
  await client.refundPayment({ paymentId: ids.a!, amount: usd(50n) });
  fixture.clock.advance(1000);
  await client.refundPayment({ paymentId: ids.a!, amount: usd(20n) });
  fixture.clock.advance(1000);
  await client.refundPayment({ paymentId: ids.d! });
  const stranger = await fixture.client();
  await stranger.createPayment({ amount: usd(300n), source: 'tok_visa', description: 'Alpha' });
});
afterAll(() => fixture.stop());

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

async function make(name: string, request: Parameters<PaymentClient['createPayment']>[0]): Promise<void> {
  fixture.clock.advance(1000);
  times[name] = fixture.clock.now();
  ids[name] = (await client.createPayment(request)).payment!.id;
}

async function listed(request: Parameters<PaymentClient['listPayments']>[0] = {}): Promise<string> {
  const { payments } = await viewer.listPayments(request);
  return payments.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id)).join('');
}

describe('GetPayment', () => {
  it('gives one of the organization’s, to a viewer too', async () => {
    const { payment } = await viewer.getPayment({ id: ids.a! });
    expect(payment).toMatchObject({
      id: ids.a,
      status: PaymentStatus.PARTIALLY_REFUNDED,
      amount: usd(300n),
      amountRefunded: usd(70n),
    });
  });

  it('does not know another organization’s', async () => {
    const stranger = await fixture.client();
    const unknown = { code: 'NotFound', reason: 'PAYMENT_NOT_FOUND', fields: ['id'] };
    expect(await failureOf(stranger.getPayment({ id: ids.a! }))).toMatchObject(unknown);
    expect(await failureOf(viewer.getPayment({ id: newId() }))).toMatchObject(unknown);
    expect(await failureOf(viewer.getPayment({ id: 'a' }))).toMatchObject({ code: 'InvalidArgument', fields: ['id'] });
  });
});

describe('ListPayments', () => {
  it('gives the organization’s own, newest first', async () => {
    expect(await listed()).toBe('dcba');
    expect((await viewer.listPayments({})).totalSize).toBe(4);
    expect((await (await fixture.client()).listPayments({})).payments).toEqual([]);
  });

  it.each([
    ['created_at', 'abcd'],
    ['created_at desc', 'dcba'],
    ['amount', 'bcda'],
    ['amount desc', 'adcb'],
    ['status', 'cbad'],
  ])('orders by %s', async (orderBy, expected) => {
    const order = await listed({ orderBy });
    // Equal amounts are told apart by id, which follows time within a direction.
    expect(order).toBe(expected);
  });

  it('filters by status, invoice, text, currency, amount and time, combined', async () => {
    expect(await listed({ statuses: [PaymentStatus.FAILED] })).toBe('b');
    expect(await listed({ statuses: [PaymentStatus.COMPLETED, PaymentStatus.REFUNDED] })).toBe('dc');
    expect(await listed({ invoiceId })).toBe('d');
    expect(await listed({ query: 'ALPHA' })).toBe('ca');
    expect(await listed({ query: '100%' })).toBe('a');
    expect(await listed({ query: '%' })).toBe('a');
    expect(await listed({ query: '_' })).toBe('dcba');
    const { payment } = await viewer.getPayment({ id: ids.c! });
    expect(await listed({ query: payment!.processorId.slice(3, 20) })).toBe('c');
    expect(await listed({ currencyCode: 'EUR' })).toBe('c');
    expect(await listed({ amountMinorMin: 200n, amountMinorMax: 200n })).toBe('dc');
    const createdFrom = timestampFromDate(times.b!);
    expect(await listed({ createdFrom, createdUntil: timestampFromDate(times.d!) })).toBe('cb');
    expect(await listed({ createdFrom, currencyCode: 'USD' })).toBe('db');
  });

  it('pages through all, each once, in every order', async () => {
    for (const orderBy of ['', 'created_at', 'amount desc', 'status', 'status desc']) {
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await viewer.listPayments({ pageSize: 1, pageToken, orderBy });
        expect(page.totalSize).toBe(4);
        seen.push(...page.payments.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken);
      expect(seen).toHaveLength(4);
      expect(new Set(seen)).toEqual(new Set(Object.values(ids)));
    }
  });

  it('names the field that is wrong', async () => {
    const { nextPageToken } = await viewer.listPayments({ pageSize: 1 });
    for (const [request, field, reason] of [
      [{ pageSize: 201 }, 'page_size', 'VALIDATION_FAILED'],
      [{ pageSize: -1 }, 'page_size', 'VALIDATION_FAILED'],
      [{ pageToken: 'nonsense' }, 'page_token', 'INVALID_PAGE_TOKEN'],
      [{ pageSize: 1, pageToken: nextPageToken, currencyCode: 'EUR' }, 'page_token', 'INVALID_PAGE_TOKEN'],
      [{ orderBy: 'user_id' }, 'order_by', 'INVALID_ORDER_BY'],
      [{ statuses: [PaymentStatus.UNSPECIFIED] }, 'statuses[0]', 'VALIDATION_FAILED'],
      [{ invoiceId: 'x' }, 'invoice_id', 'VALIDATION_FAILED'],
      [{ currencyCode: 'usd' }, 'currency_code', 'VALIDATION_FAILED'],
      [{ amountMinorMin: -1n }, 'amount_minor_min', 'VALIDATION_FAILED'],
      [{ query: 'x'.repeat(201) }, 'query', 'VALIDATION_FAILED'],
    ] as const) {
      const failure = await failureOf(viewer.listPayments(request as object));
      expect(failure).toMatchObject({ code: 'InvalidArgument', reason, fields: [field] });
    }
  });
});

describe('ListRefunds', () => {
  it('gives those of the organization or of one payment, newest first, page by page', async () => {
    const all = await viewer.listRefunds({});
    expect(all.refunds.map(({ amount }) => amount!.amountMinor)).toEqual([200n, 20n, 50n]);
    expect(all.totalSize).toBe(3);
    const ofA = await viewer.listRefunds({ paymentId: ids.a!, orderBy: 'amount desc' });
    expect(ofA.refunds.map(({ amount }) => amount!.amountMinor)).toEqual([50n, 20n]);
    const first = await viewer.listRefunds({ pageSize: 2 });
    const second = await viewer.listRefunds({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.refunds, ...second.refunds].map(({ id }) => id)).toEqual(all.refunds.map(({ id }) => id));
    expect(second.nextPageToken).toBe('');
  });

  it('filters by status and time, and keeps to the organization', async () => {
    expect((await viewer.listRefunds({ statuses: [RefundStatus.FAILED] })).totalSize).toBe(0);
    expect((await viewer.listRefunds({ statuses: [RefundStatus.COMPLETED] })).totalSize).toBe(3);
    const createdFrom = timestampFromDate(fixture.clock.now());
    expect((await viewer.listRefunds({ createdFrom })).refunds).toHaveLength(1);
    expect((await viewer.listRefunds({ createdUntil: createdFrom })).refunds).toHaveLength(2);
    expect((await (await fixture.client()).listRefunds({ paymentId: ids.a! })).totalSize).toBe(0);
    expect(await failureOf(viewer.listRefunds({ orderBy: 'status' }))).toMatchObject({ fields: ['order_by'] });
  });
});

describe('GetPaymentConfig', () => {
  it('names the sandbox and test cards that do what they say', async () => {
    const config = await viewer.getPaymentConfig({});
    expect(config).toMatchObject({ sandbox: true, publishableKey: '' });
    for (const { source, label, outcome } of config.testSources) {
      const { payment } = await client.createPayment({ amount: usd(100n), source });
      expect(payment!.status).toBe(outcome === 'Paid' ? PaymentStatus.COMPLETED : PaymentStatus.FAILED);
      expect(label).toContain(payment!.cardLast4);
    }
  });
});
