import { Component, inject } from '@angular/core';
import { create } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import { type Invoice, InvoiceSchema, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { MoneySchema } from '@finflow/proto/finflow/common/v1/money_pb';
import {
  type CreatePaymentRequest,
  PaymentService,
  PaymentStatus,
} from '@finflow/proto/finflow/payments/v1/payment_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { screen, settled, shows, until } from '../../../testing/screen.ts';
import { Dialogs } from '../../ui/dialogs.ts';
import { paymentsProviders } from '../payments.providers.ts';
import { ChargeDialog } from './charge-dialog.ts';

const invoice = create(InvoiceSchema, {
  id: '01980000-0000-7000-8000-00000000000a',
  number: 'INV-7',
  client: 'Acme',
  status: InvoiceStatus.PENDING,
  amount: { currencyCode: 'USD', amountMinor: 12_345n },
  amountDue: { currencyCode: 'USD', amountMinor: 12_345n },
});

let charged: Invoice | null;

@Component({ selector: 'ff-opener', template: '<button (click)="open()">Open</button>' })
class Opener {
  private readonly dialogs = inject(Dialogs);

  protected open(): void {
    void this.dialogs.open(() => Promise.resolve(ChargeDialog), charged);
  }
}

describe('taking a payment', () => {
  let requests: CreatePaymentRequest[];
  let refuse: ConnectError | undefined;
  let status: PaymentStatus;
  let answered: Promise<void>;
  let declineCode: string;

  beforeEach(() => {
    requests = [];
    refuse = undefined;
    status = PaymentStatus.COMPLETED;
    charged = invoice;
    answered = Promise.resolve();
    declineCode = 'card_declined';
  });

  const open = async () => {
    const app = await openApp({
      page: Opener,
      path: '',
      url: '/',
      providers: paymentsProviders,
      api: ({ service }) =>
        service(PaymentService, {
          getPaymentConfig: () => ({
            sandbox: true,
            testSources: [
              { source: 'tok_visa', label: 'Visa ending in 4242', outcome: 'Succeeds' },
              { source: 'tok_chargeDeclined', label: 'Visa ending in 0002', outcome: 'Declined' },
            ],
          }),
          createPayment: async (request) => {
            requests.push(request);
            await answered;
            if (refuse) throw refuse;
            const declined = request.source === 'tok_chargeDeclined';
            return {
              payment: {
                id: 'p',
                status: declined ? PaymentStatus.FAILED : status,
                amount: request.amount,
                failureCode: declined ? declineCode : '',
                failureMessage: declined ? 'Your card was declined.' : '',
                failureAdvice: declined ? 'Use another card.' : '',
                cardBrand: 'visa',
                cardLast4: '4242',
              },
            };
          },
        }),
    });
    screen.button('Open').click();
    await shows('Visa ending in 4242');
    return app;
  };

  function choose(card: string): void {
    const label = [...document.querySelectorAll('label')].find(({ textContent }) => textContent?.includes(card));
    label?.querySelector('input')?.click();
  }

  it('charges what is open of the invoice, on the first card unless another is chosen', async () => {
    await open();
    expect(screen.field('Amount').value).toBe('123.45');
    screen.button('Charge card').click();
    await shows('Payment received');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      amount: { currencyCode: 'USD', amountMinor: 12_345n },
      source: 'tok_visa',
      invoiceId: invoice.id,
    });
    expect(screen.text()).toContain('Visa •••• 4242');
    expect(document.activeElement?.textContent).toBe('Payment received');
  });

  it('charges a part', async () => {
    await open();
    screen.type(screen.field('Amount'), '100');
    screen.button('Charge card').click();
    await shows('Payment received');
    expect(requests[0]?.amount?.amountMinor).toBe(10_000n);
  });

  it('says what is more than is open, and charges it only when the person agrees', async () => {
    await open();
    expect(screen.text()).toContain('$123.45 is open');
    screen.type(screen.field('Amount'), '150');
    await shows('$26.55 more than the $123.45 that is open; the excess becomes a customer credit.');
    screen.button('Charge card').click();
    await shows('Charge $150.00?');
    screen.button('Change the amount').click();
    await until(() => !screen.text().includes('Charge $150.00?'));
    expect(requests).toEqual([]);
    screen.button('Charge card').click();
    await shows('Charge $150.00?');
    screen.button('Charge it all').click();
    await shows('Payment received');
    expect(requests.map(({ amount }) => amount?.amountMinor)).toEqual([15_000n]);
  });

  it('offers no other attempt for an invoice that others have paid', async () => {
    refuse = refusal(Code.FailedPrecondition, 'INVOICE_ALREADY_PAID', {
      message: 'other payments cover this invoice already',
      fields: { invoice_id: 'other payments cover this invoice already' },
    });
    await open();
    screen.button('Charge card').click();
    await shows('Other payments cover this invoice already. Nothing was charged.');
    expect(document.querySelectorAll('[role="alert"]')).toHaveLength(1);
    expect(screen.text()).not.toMatch(/invoice.?id/i);
    expect(screen.hasButton('Charge card')).toBe(false);
    expect(document.activeElement).toBe(screen.button('Close'));
  });

  it('says what is wrong with what only a payment without an invoice shows', async () => {
    refuse = refusal(Code.InvalidArgument, 'INVALID_REQUEST', { fields: { description: 'must be shorter' } });
    await open();
    screen.button('Charge card').click();
    await shows('Description: Must be shorter.');
  });

  it('says a refusal in plain words once, whatever fields it names', async () => {
    refuse = refusal(Code.InvalidArgument, 'SOURCE_NOT_FOUND', {
      fields: { metadata: 'no such source', invoice_id: 'no such source' },
    });
    await open();
    screen.button('Charge card').click();
    await shows('The processor does not know this card.');
    expect(document.querySelector('ff-problem .words')?.textContent?.trim()).toBe(
      'The processor does not know this card. Choose another one.',
    );
  });

  it('shows a decline with what to do, and takes the next card as another payment', async () => {
    await open();
    choose('Visa ending in 0002');
    screen.button('Charge card').click();
    await shows('Your card was declined.');
    expect(screen.text()).toContain('Use another card.');
    choose('Visa ending in 4242');
    screen.button('Charge another card').click();
    await shows('Payment received');
    expect(requests.map(({ source }) => source)).toEqual(['tok_chargeDeclined', 'tok_visa']);
    expect(requests[1]?.requestId).not.toBe(requests[0]?.requestId);
  });

  it('tries again with the same request id when the processor did not answer: one charge at most', async () => {
    refuse = refusal(Code.Unavailable, 'PROCESSOR_UNAVAILABLE');
    await open();
    screen.button('Charge card').click();
    await shows('The card processor does not answer');
    refuse = undefined;
    screen.button('Charge card').click();
    await shows('Payment received');
    expect(requests[1]?.requestId).toBe(requests[0]?.requestId);
  });

  it('stays until the charge is answered, whatever is pressed and wherever it leads', async () => {
    let answer = () => {};
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    const { router } = await open();
    screen.button('Charge card').click();
    await until(() => requests.length === 1);
    screen.escape();
    document.querySelector<HTMLElement>('.cdk-overlay-backdrop')?.click();
    expect(screen.button('Close')).toHaveProperty('disabled', true);
    await router.navigateByUrl('/elsewhere');
    await settled();
    expect(screen.text()).toContain('Take payment');
    answer();
    await shows('Payment received');
    screen.escape();
    await until(() => !screen.text().includes('Payment received'));
  });

  it('does not stay open over the sign-in page even while a charge is under way', async () => {
    answered = new Promise(() => {});
    const { endSession } = await open();
    screen.button('Charge card').click();
    await until(() => requests.length === 1);
    await endSession();
    await until(() => !screen.text().includes('Take payment'));
  });

  it('does not stay open over the sign-in page when the session ends', async () => {
    const { endSession } = await open();
    await endSession();
    await until(() => !screen.text().includes('Take payment'));
  });

  it('says when the bank has not decided yet', async () => {
    status = PaymentStatus.PROCESSING;
    await open();
    screen.button('Charge card').click();
    await shows('Payment under way');
  });

  it('refuses more decimals than the currency has before anything is sent', async () => {
    await open();
    screen.type(screen.field('Amount'), '1.005');
    screen.button('Charge card').click();
    await until(() => screen.errorOf(screen.field('Amount')) !== '');
    expect(screen.errorOf(screen.field('Amount'))).toBe('USD has at most 2 decimals.');
    expect(requests).toEqual([]);
  });

  it('names the nearest amounts where cards take a currency in steps, before anything is sent', async () => {
    const due = create(MoneySchema, { currencyCode: 'BHD', amountMinor: 1_295n });
    charged = create(InvoiceSchema, { ...invoice, amount: due, amountDue: due });
    await open();
    await shows('Cards take BHD in steps of BHD 0.010: use BHD 1.290 or BHD 1.300.');
    screen.button('Charge card').click();
    await until(() => screen.errorOf(screen.field('Amount')) !== '');
    expect(requests).toEqual([]);
    screen.type(screen.field('Amount'), '1.290');
    screen.button('Charge card').click();
    await shows('Payment received');
    expect(requests[0]?.amount?.amountMinor).toBe(1_290n);
  });

  it('asks for no other card when the amount was what the processor refused', async () => {
    declineCode = 'amount_too_small';
    await open();
    choose('Visa ending in 0002');
    screen.button('Charge card').click();
    await shows('Your card was declined.');
    expect(screen.hasButton('Charge card')).toBe(true);
  });

  it('takes a payment without an invoice in a currency of choice', async () => {
    charged = null;
    await open();
    screen.type(screen.field('Currency'), 'JPY');
    screen.type(screen.field('Amount'), '500');
    screen.type(screen.field('What it is for'), 'Workshop');
    screen.button('Charge card').click();
    await shows('Payment received');
    expect(requests[0]).toMatchObject({
      amount: { currencyCode: 'JPY', amountMinor: 500n },
      invoiceId: '',
      description: 'Workshop',
    });
  });
});
