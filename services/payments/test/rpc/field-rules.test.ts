import type { Client } from '@connectrpc/connect';
import { failureOf } from '@finflow/chassis/testing/failure';
import type { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';

let fixture: Fixture;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture();
  client = await fixture.client();
});
afterAll(() => fixture.stop());

type Method = Exclude<keyof Client<typeof PaymentService>, symbol>;
const call = (method: Method, request: object) => (client[method] as (request: object) => Promise<unknown>)(request);

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const charge = { amount: usd(100n), source: 'tok_visa' };

describe('a wrong field is named, and nothing is stored', () => {
  it.each<[Method, string, object, string]>([
    ['createPayment', 'no amount', { ...charge, amount: undefined }, 'amount'],
    ['createPayment', 'amount 0', { ...charge, amount: usd(0n) }, 'amount'],
    ['createPayment', 'a negative amount', { ...charge, amount: usd(-1n) }, 'amount'],
    ['createPayment', 'too large an amount', { ...charge, amount: usd(10n ** 15n + 1n) }, 'amount.amount_minor'],
    [
      'createPayment',
      'a currency in small letters',
      { ...charge, amount: { currencyCode: 'usd', amountMinor: 1n } },
      'amount.currency_code',
    ],
    [
      'createPayment',
      'a currency that is none',
      { ...charge, amount: { currencyCode: 'ZZZ', amountMinor: 1n } },
      'amount.currency_code',
    ],
    ['createPayment', 'no source', { ...charge, source: '' }, 'source'],
    ['createPayment', 'a card number', { ...charge, source: '4242424242424242' }, 'source'],
    ['createPayment', 'a source that is too long', { ...charge, source: `tok_${'x'.repeat(252)}` }, 'source'],
    ['createPayment', 'a description that is too long', { ...charge, description: 'x'.repeat(501) }, 'description'],
    ['createPayment', 'a description of two lines', { ...charge, description: 'a\nb' }, 'description'],
    ['createPayment', 'an invoice id that is none', { ...charge, invoiceId: 'INV-1' }, 'invoice_id'],
    ['createPayment', 'a request id that is too long', { ...charge, requestId: 'x'.repeat(129) }, 'request_id'],
    ['createPayment', 'a request id with a space', { ...charge, requestId: 'a b' }, 'request_id'],
    ['createPayment', 'a metadata key that is too long', { ...charge, metadata: { ['k'.repeat(41)]: '' } }, 'metadata'],
    ['createPayment', 'a metadata value that is too long', { ...charge, metadata: { k: 'x'.repeat(501) } }, 'metadata'],
    [
      'createPayment',
      'too many metadata pairs',
      { ...charge, metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, ''])) },
      'metadata',
    ],
    ['getPayment', 'an id that is none', { id: '1' }, 'id'],
    ['refundPayment', 'a payment id that is none', { paymentId: '1' }, 'payment_id'],
    ['refundPayment', 'amount 0', { paymentId: id, amount: usd(0n) }, 'amount'],
    ['refundPayment', 'a negative amount', { paymentId: id, amount: usd(-5n) }, 'amount'],
    ['refundPayment', 'a reason that is too long', { paymentId: id, reason: 'x'.repeat(501) }, 'reason'],
    ['refundPayment', 'a request id that is too long', { paymentId: id, requestId: 'x'.repeat(129) }, 'request_id'],
    ['listPayments', 'too large a page', { pageSize: 201 }, 'page_size'],
    ['listPayments', 'a page token that is too long', { pageToken: 'x'.repeat(1025) }, 'page_token'],
    ['listPayments', 'an instant before 1970', { createdFrom: { seconds: -1n, nanos: 0 } }, 'created_from'],
    ['listPayments', 'an instant after 9999', { createdUntil: { seconds: 253402300800n, nanos: 0 } }, 'created_until'],
    ['listRefunds', 'a negative page size', { pageSize: -1 }, 'page_size'],
    ['listRefunds', 'a payment id that is none', { paymentId: '1' }, 'payment_id'],
    ['listRefunds', 'an unknown status', { statuses: [99] }, 'statuses[0]'],
    ['listRefunds', 'an unknown order', { orderBy: 'amount sideways' }, 'order_by'],
  ])('%s with %s: %s', async (method, _what, request, field) => {
    const failure = await failureOf(call(method, request));
    expect(failure.code).toBe('InvalidArgument');
    expect(failure.fields.map((path) => path.replace(/\[".*"\]$/, ''))).toContain(field);
    for (const table of ['payments', 'refunds', 'idempotency_keys', 'outbox', 'reconciliations']) {
      expect(await fixture.rows(`select 1 from ${table}`)).toEqual([]);
    }
  });
});

describe('who may do what', () => {
  it('is in the contract: viewers read, accountants charge', async () => {
    const viewer = await fixture.client({ organizationId: client.organizationId, role: 'VIEWER' });
    const tooLow = { code: 'PermissionDenied', reason: 'ROLE_TOO_LOW' };
    expect(await failureOf(viewer.createPayment(charge))).toMatchObject(tooLow);
    expect(await failureOf(viewer.refundPayment({ paymentId: id }))).toMatchObject(tooLow);
    expect((await viewer.listPayments({})).payments).toEqual([]);
  });
});
