import { Code, type ConnectError } from '@connectrpc/connect';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import {
  PaymentService,
  PaymentStatus,
  type RefundPaymentRequest,
  RefundStatus,
} from '@finflow/proto/finflow/payments/v1/payment_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { member } from '../../../testing/member.ts';
import { screen, settled, shows, until } from '../../../testing/screen.ts';
import { paymentsProviders } from '../payments.providers.ts';
import { PaymentDetail } from './payment-detail.ts';

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

describe('a payment’s page', () => {
  let status: PaymentStatus;
  let refundedMinor: bigint;
  let requests: RefundPaymentRequest[];
  let refuse: ConnectError | undefined;
  let answered: Promise<void>;

  beforeEach(() => {
    status = PaymentStatus.COMPLETED;
    refundedMinor = 0n;
    requests = [];
    refuse = undefined;
    answered = Promise.resolve();
  });

  const payment = () => ({
    id: 'p',
    status,
    amount: usd(10_000n),
    amountRefunded: usd(refundedMinor),
    invoiceId: 'i',
    description: 'Invoice INV-7',
    failureCode: status === PaymentStatus.FAILED ? 'insufficient_funds' : '',
    failureMessage: status === PaymentStatus.FAILED ? 'Your card has insufficient funds.' : '',
    failureAdvice: status === PaymentStatus.FAILED ? 'Use another card.' : '',
  });

  const open = (role?: OrganizationRole) =>
    openApp({
      page: PaymentDetail,
      path: 'payments/:id',
      url: '/payments/p',
      profile: member(role),
      providers: paymentsProviders,
      api: ({ service }) =>
        service(PaymentService, {
          getPayment: ({ id }) => {
            if (id !== 'p') throw refusal(Code.NotFound, 'PAYMENT_NOT_FOUND');
            return { payment: payment() };
          },
          listRefunds: () => ({
            refunds: refundedMinor
              ? [{ id: 'r', paymentId: 'p', amount: usd(refundedMinor), status: RefundStatus.COMPLETED }]
              : [],
          }),
          refundPayment: async (request) => {
            requests.push(request);
            await answered;
            if (refuse) throw refuse;
            refundedMinor += request.amount?.amountMinor ?? 0n;
            status = refundedMinor === 10_000n ? PaymentStatus.REFUNDED : PaymentStatus.PARTIALLY_REFUNDED;
            const refund = { id: 'r', paymentId: 'p', amount: request.amount, status: RefundStatus.COMPLETED };
            return { refund, payment: payment() };
          },
        }),
    });

  it('says why a payment failed and what to do next', async () => {
    status = PaymentStatus.FAILED;
    await open();
    await shows('Your card has insufficient funds.');
    expect(screen.text()).toContain('Use another card.');
    expect(screen.text()).toContain('insufficient_funds');
    expect(screen.button('Open the invoice to try again').getAttribute('href')).toBe('/invoices/i');
    expect(screen.hasButton('Refund')).toBe(false);
  });

  it('refunds all that is left', async () => {
    refundedMinor = 2_500n;
    status = PaymentStatus.PARTIALLY_REFUNDED;
    const { said } = await open();
    await shows('$25.00 refunded');
    screen.button('Refund').click();
    await shows('$75.00 can be refunded');
    expect(screen.field('Amount').value).toBe('75.00');
    document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    await until(() => said.length > 0);
    expect(requests[0]).toMatchObject({ paymentId: 'p', amount: usd(7_500n) });
    expect(requests[0]?.requestId).not.toBe('');
    await until(() => !screen.hasButton('Refund'));
    expect(screen.text()).toContain('$100.00 refunded');
  });

  it('refunds a part, and never more than what is left', async () => {
    await open();
    await shows('$100.00');
    screen.button('Refund').click();
    await shows('can be refunded');
    screen.type(screen.field('Amount'), '100.01');
    const submit = () => document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    submit();
    await until(() => screen.errorOf(screen.field('Amount')) !== '');
    expect(screen.errorOf(screen.field('Amount'))).toBe('At most $100.00 is left to refund.');
    expect(requests).toEqual([]);
    screen.type(screen.field('Amount'), '40');
    submit();
    await shows('$40.00 refunded');
    expect(requests[0]?.amount).toMatchObject(usd(4_000n));
  });

  it('keeps the dialog until the refund is answered', async () => {
    let answer = () => {};
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    const { said } = await open();
    await shows('$100.00');
    screen.button('Refund').click();
    await shows('can be refunded');
    document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    await until(() => requests.length === 1);
    screen.escape();
    await settled();
    expect(screen.button('Close')).toHaveProperty('disabled', true);
    expect(said).toEqual([]);
    answer();
    await until(() => said.includes('Refund completed.'));
    await until(() => !screen.text().includes('can be refunded'));
  });

  it('keeps the dialog with the reason when another refund came first, and shows that one', async () => {
    refuse = refusal(Code.FailedPrecondition, 'REFUND_EXCEEDS_PAYMENT', { message: 'Another refund came first.' });
    await open();
    await shows('$100.00');
    screen.button('Refund').click();
    await shows('can be refunded');
    refundedMinor = 2_500n;
    status = PaymentStatus.PARTIALLY_REFUNDED;
    document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    await shows('Another refund came first.');
    await shows('$25.00 refunded');
  });

  it('offers no refund to who may only look', async () => {
    await open(OrganizationRole.VIEWER);
    await shows('$100.00');
    expect(screen.hasButton('Refund')).toBe(false);
  });

  it('says when there is no such payment', async () => {
    const { router } = await open();
    await router.navigateByUrl('/payments/unknown');
    await shows('There is no such payment');
  });
});
