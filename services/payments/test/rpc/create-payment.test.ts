import { unavailable } from '@finflow/chassis/errors';
import { newId } from '@finflow/chassis/ids';
import { failureOf } from '@finflow/chassis/testing/failure';
import { PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fixture, type PaymentClient, startFixture } from '../fixture.ts';

let fixture: Fixture;
let client: PaymentClient;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  fixture.invoices.failure = undefined;
  await fixture.sandbox.control('reset');
  client = await fixture.client();
});

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });
const charges = async () => (await fixture.sandbox.stripe.paymentIntents.list({ limit: 100 })).data.length;
const stored = async () =>
  Number((await fixture.rows<{ n: string }>('select count(*) as n from payments'))[0]!.n) +
  Number((await fixture.rows<{ n: string }>('select count(*) as n from idempotency_keys'))[0]!.n);

describe('CreatePayment', () => {
  it('charges the card, keeps what the processor says, and publishes it', async () => {
    const request = { amount: usd(1234n), source: 'tok_visa', metadata: { order: '7' }, description: 'Rent' };
    const { payment } = await client.createPayment(request);
    expect(payment).toMatchObject({
      userId: client.userId,
      organizationId: client.organizationId,
      amount: { currencyCode: 'USD', amountMinor: 1234n },
      amountRefunded: { currencyCode: 'USD', amountMinor: 0n },
      status: PaymentStatus.COMPLETED,
      processorId: expect.stringMatching(/^pi_/),
      cardBrand: 'visa',
      cardLast4: '4242',
      metadata: { order: '7' },
      description: 'Rent',
      failureCode: '',
      invoiceId: '',
    });
    expect(payment!.completedAt).toBeDefined();
    const intent = await fixture.sandbox.stripe.paymentIntents.retrieve(payment!.processorId);
    expect(intent).toMatchObject({ amount: 1234, currency: 'usd', status: 'succeeded', description: 'Rent' });
    expect(await fixture.events(client.organizationId)).toEqual([
      {
        topic: 'payment_completed',
        key: payment!.id,
        payload: expect.objectContaining({
          id: payment!.id,
          userId: client.userId,
          invoiceId: null,
          amount: '1234',
          currency: 'USD',
          status: 'COMPLETED',
          processorId: payment!.processorId,
        }),
      },
    ]);
  });

  it('takes USD when no currency is named, and a single minor unit', async () => {
    const { payment } = await client.createPayment({ amount: { amountMinor: 1n }, source: 'pm_card_mastercard' });
    expect(payment).toMatchObject({ amount: usd(1n), status: PaymentStatus.COMPLETED, cardBrand: 'mastercard' });
    const yen = { currencyCode: 'JPY', amountMinor: 500n };
    expect((await client.createPayment({ amount: yen, source: 'tok_amex' })).payment?.amount).toMatchObject(yen);
  });

  it.each([
    ['tok_chargeDeclined', 'card_declined', /declined/],
    ['tok_chargeDeclinedInsufficientFunds', 'insufficient_funds', /insufficient funds/],
    ['tok_chargeDeclinedExpiredCard', 'expired_card', /expired/],
    ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', /security code/],
    ['tok_chargeDeclinedFraudulent', 'fraudulent', /declined/],
    ['tok_chargeDeclinedProcessingError', 'processing_error', /processing your card/],
    ['pm_card_authenticationRequired', 'authentication_required', /authentication/],
  ])('answers a refusal of %s with a failed payment: %s', async (source, code, message) => {
    const { payment } = await client.createPayment({ amount: usd(500n), source });
    expect(payment).toMatchObject({
      status: PaymentStatus.FAILED,
      failureCode: code,
      failureMessage: expect.stringMatching(message),
      failureAdvice: expect.stringMatching(/card|again/),
      processorId: expect.stringMatching(/^pi_/),
      cardLast4: expect.stringMatching(/^\d{4}$/),
    });
    expect(payment!.completedAt).toBeUndefined();
    const [event, ...others] = await fixture.events(client.organizationId);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ topic: 'payment_failed', payload: { id: payment!.id, reason: code, amount: '500' } });
  });

  it('answers what the processor will not charge at all with a failed payment', async () => {
    const { payment } = await client.createPayment({ amount: usd(100_000_000n), source: 'tok_visa' });
    expect(payment).toMatchObject({ status: PaymentStatus.FAILED, failureCode: 'amount_too_large', processorId: '' });
    const dinars = { currencyCode: 'KWD', amountMinor: 1001n };
    const broken = await client.createPayment({ amount: dinars, source: 'tok_visa' });
    expect(broken.payment).toMatchObject({ status: PaymentStatus.FAILED, failureCode: 'amount_not_chargeable' });
  });

  it('keeps nothing of a card the processor does not know, and leaves the request id free', async () => {
    const [before, chargesBefore] = [await stored(), await charges()];
    for (const source of ['tok_unheardOf', 'pm_unheardOf']) {
      const refused = await failureOf(client.createPayment({ amount: usd(1n), source, requestId: 'unknown' }));
      expect(refused).toMatchObject({ code: 'InvalidArgument', reason: 'SOURCE_NOT_FOUND', fields: ['source'] });
    }
    expect(await stored()).toBe(before);
    expect(await charges()).toBe(chargesBefore);
    expect(
      await fixture.rows('select * from reconciliations where organization_id = $1', [client.organizationId]),
    ).toEqual([]);
    const { payment } = await client.createPayment({ amount: usd(1n), source: 'tok_visa', requestId: 'unknown' });
    expect(payment?.status).toBe(PaymentStatus.COMPLETED);
  });

  it('keeps nothing of it either when the same request comes many times at once', async () => {
    const before = await stored();
    const request = { amount: usd(1n), source: 'tok_unheardOf', requestId: 'many' };
    const failures = await Promise.all(Array.from({ length: 6 }, () => failureOf(client.createPayment(request))));
    expect(failures.map(({ reason }) => reason)).toContain('SOURCE_NOT_FOUND');
    for (const { reason } of failures) expect(['SOURCE_NOT_FOUND', 'CONCURRENT_CHANGE']).toContain(reason);
    expect(await stored()).toBe(before);
  });

  it('keeps the card and the processor’s answer encrypted, and the card only until it is decided', async () => {
    await fixture.sandbox.control('settlements', { outcome: 'succeeded', after_ms: 600_000 });
    const { payment } = await client.createPayment({ amount: usd(700n), source: 'tok_visa' });
    expect(payment?.status).toBe(PaymentStatus.PROCESSING);
    const [row] = await fixture.rows<{ source: Buffer | null; processor_data: Buffer }>(
      'select source, processor_data from payments where id = $1',
      [payment!.id],
    );
    expect(row!.source).toBeNull();
    expect(row!.processor_data.toString('latin1')).not.toContain('pi_');
    const data = fixture.parts.sealer.open(row!.processor_data, `${client.organizationId}/${payment!.id}/data`);
    expect(JSON.parse(data)).toMatchObject({ id: payment!.processorId, object: 'payment_intent', amount: 700 });
  });
});

describe('CreatePayment of an invoice', () => {
  it('keys its event by the invoice', async () => {
    const invoiceId = fixture.invoices.add();
    const { payment } = await client.createPayment({ amount: usd(1000n), source: 'tok_visa', invoiceId });
    expect(payment).toMatchObject({ invoiceId, status: PaymentStatus.COMPLETED });
    const [event] = await fixture.events(client.organizationId);
    expect(event).toMatchObject({ key: invoiceId, payload: { invoiceId } });
  });

  it('refuses one that is unknown, in another currency, or cannot be paid', async () => {
    const [before, chargesBefore] = [await stored(), await charges()];
    const pay = (invoiceId: string) =>
      failureOf(client.createPayment({ amount: usd(1n), source: 'tok_visa', invoiceId, requestId: newId() }));
    expect(await pay(newId())).toMatchObject({ code: 'NotFound', reason: 'INVOICE_NOT_FOUND', fields: ['invoice_id'] });
    expect(await pay(fixture.invoices.add({ currency: 'EUR' }))).toMatchObject({
      code: 'InvalidArgument',
      reason: 'CURRENCY_MISMATCH',
      fields: ['amount.currency_code'],
    });
    for (const status of ['DRAFT', 'PAID', 'CANCELLED'] as const) {
      const failure = await pay(fixture.invoices.add({ status }));
      expect(failure).toMatchObject({
        code: 'FailedPrecondition',
        reason: 'INVOICE_NOT_PAYABLE',
        fields: ['invoice_id'],
        metadata: { status },
      });
    }
    const draft = await pay(fixture.invoices.add({ status: 'DRAFT' }));
    expect(draft.message).toBe('This invoice is a draft; issue it first.');
    fixture.invoices.failure = unavailable('ACCOUNTING_UNAVAILABLE', 'gone');
    expect(await pay(newId())).toMatchObject({ code: 'Unavailable', reason: 'ACCOUNTING_UNAVAILABLE' });
    expect(await stored()).toBe(before);
    expect(await charges()).toBe(chargesBefore);
  });

  it('takes many at once as one when any of them covers it', async () => {
    // Several rounds, because the first finds the pool without connections and goes one by one.
    for (let round = 0; round < 5; round += 1) {
      const invoiceId = fixture.invoices.add({ totalMinor: 1000n });
      const before = await charges();
      const attempts = await Promise.allSettled(
        Array.from({ length: 6 }, () => client.createPayment({ amount: usd(1000n), source: 'tok_visa', invoiceId })),
      );
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const attempt of attempts) {
        if (attempt.status === 'fulfilled') continue;
        expect(await failureOf(Promise.reject(attempt.reason))).toMatchObject({ reason: 'INVOICE_ALREADY_PAID' });
      }
      expect(await charges()).toBe(before + 1);
    }
  });

  it('counts parts, refunds and failures: what is open can be paid, with an excess', async () => {
    const invoiceId = fixture.invoices.add({ totalMinor: 1000n });
    const pay = (amountMinor: bigint, source = 'tok_visa') =>
      client.createPayment({ amount: usd(amountMinor), source, invoiceId });
    await pay(400n);
    await pay(1000n, 'tok_chargeDeclined');
    const { payment } = await pay(700n);
    expect(await failureOf(pay(1n))).toMatchObject({ reason: 'INVOICE_ALREADY_PAID' });
    await client.refundPayment({ paymentId: payment!.id });
    expect((await pay(600n)).payment?.status).toBe(PaymentStatus.COMPLETED);
  });

  it('counts a payment that is still under way', async () => {
    const invoiceId = fixture.invoices.add({ totalMinor: 1000n });
    await fixture.sandbox.control('faults', { kind: 'error', count: 9, path: '/v1/payment_intents' });
    const first = failureOf(client.createPayment({ amount: usd(1000n), source: 'tok_visa', invoiceId }));
    expect(await first).toMatchObject({ reason: 'PROCESSOR_UNAVAILABLE' });
    const second = failureOf(client.createPayment({ amount: usd(1000n), source: 'tok_visa', invoiceId }));
    expect(await second).toMatchObject({ reason: 'INVOICE_ALREADY_PAID' });
  });
});

describe('a request id', () => {
  const request = { amount: usd(900n), source: 'tok_visa', requestId: 'r-1' };

  it('makes a repetition the same payment, once charged', async () => {
    const before = await charges();
    const first = await client.createPayment(request);
    expect(await client.createPayment(request)).toEqual(first);
    expect(await charges()).toBe(before + 1);
    expect(await fixture.events(client.organizationId)).toHaveLength(1);
  });

  it('makes many at once one payment', async () => {
    const before = await charges();
    const replies = await Promise.all(Array.from({ length: 6 }, () => client.createPayment(request)));
    expect(new Set(replies.map(({ payment }) => payment!.id)).size).toBe(1);
    for (const { payment } of replies) expect(payment!.status).toBe(PaymentStatus.COMPLETED);
    expect(await charges()).toBe(before + 1);
    expect(await fixture.events(client.organizationId)).toHaveLength(1);
  });

  it('repeats a refusal, and is refused with another body', async () => {
    const declined = { ...request, source: 'tok_chargeDeclined' };
    const first = await client.createPayment(declined);
    expect(await client.createPayment(declined)).toEqual(first);
    for (const change of [
      { amount: usd(901n) },
      { source: 'tok_visa' },
      { description: 'x' },
      { metadata: { a: 'b' } },
    ]) {
      const failure = await failureOf(client.createPayment({ ...declined, ...change }));
      expect(failure).toMatchObject({ code: 'AlreadyExists', reason: 'REQUEST_ID_REUSED', fields: ['request_id'] });
    }
  });

  it('belongs to its organization', async () => {
    const other = await fixture.client();
    const [mine, theirs] = [await client.createPayment(request), await other.createPayment(request)];
    expect(theirs.payment!.id).not.toBe(mine.payment!.id);
  });

  it('still answers when its payment has paid the invoice, and when accounting is away', async () => {
    const invoiceId = fixture.invoices.add();
    const first = await client.createPayment({ ...request, invoiceId });
    fixture.invoices.add({ id: invoiceId, status: 'PAID' });
    expect(await client.createPayment({ ...request, invoiceId })).toEqual(first);
    fixture.invoices.failure = unavailable('ACCOUNTING_UNAVAILABLE', 'gone');
    expect(await client.createPayment({ ...request, invoiceId })).toEqual(first);
  });
});
