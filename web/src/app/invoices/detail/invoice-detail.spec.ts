import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectError } from '@connectrpc/connect';
import { InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { JournalSide, LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { stopTimers } from '../../../testing/intervals.ts';
import { member } from '../../../testing/member.ts';
import { screen, settled, shows, until } from '../../../testing/screen.ts';
import { paymentsProviders } from '../../payments/payments.providers.ts';
import * as relatedEffects from '../state/invoice-related.effects.ts';
import * as effects from '../state/invoices.effects.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';
import { InvoiceDetail } from './invoice-detail.ts';

const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

describe('an invoice’s page', () => {
  let status: InvoiceStatus;
  let paidMinor: bigint;
  let reads: number;
  let issues: string[];
  let cancellations: { id: string; reason: string }[];
  let refuse: ConnectError | undefined;
  let paidElsewhere: boolean;
  let answered: Promise<void>;

  beforeEach(() => {
    status = InvoiceStatus.PENDING;
    paidMinor = 0n;
    reads = 0;
    issues = [];
    cancellations = [];
    refuse = undefined;
    paidElsewhere = false;
    answered = Promise.resolve();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const invoice = () => ({
    id: 'i',
    number: 'INV-7',
    client: 'Acme',
    status,
    amount: usd(12_000n),
    subtotal: usd(10_000n),
    tax: usd(2_000n),
    amountPaid: usd(paidMinor),
    amountDue: usd(12_000n - paidMinor),
    issueDate: '2026-03-01',
    dueDate: '2026-03-31',
    // Half past midnight of the day after, in Vienna.
    issuedAt: timestampFromDate(new Date('2026-02-28T23:30:00Z')),
    lineItems: [
      { description: 'Design', quantityMilli: 2000n, unitPrice: usd(5_000n), taxRateBps: 2000, net: usd(10_000n) },
    ],
  });

  const open = (role?: OrganizationRole) =>
    openApp({
      page: InvoiceDetail,
      path: 'invoices/:id',
      url: '/invoices/i',
      profile: member(role),
      providers: [...paymentsProviders, provideState(invoicesFeature), provideEffects(effects, relatedEffects)],
      api: ({ service }) => {
        service(InvoiceService, {
          getInvoice: ({ id }) => {
            reads += 1;
            if (id !== 'i') throw refusal(Code.NotFound, 'INVOICE_NOT_FOUND');
            if (refuse) throw refuse;
            return { invoice: invoice() };
          },
          issueInvoice: ({ id, requestId }) => {
            issues.push(requestId);
            status = InvoiceStatus.PENDING;
            return { invoice: { ...invoice(), id } };
          },
          cancelInvoice: async ({ id, reason }) => {
            cancellations.push({ id, reason });
            await answered;
            status = InvoiceStatus.CANCELLED;
            return { invoice: invoice() };
          },
        });
        service(LedgerService, {
          listJournalEntries: () => ({
            journalEntries:
              status === InvoiceStatus.DRAFT
                ? []
                : [
                    {
                      id: 'e',
                      description: 'Invoice INV-7',
                      date: '2026-03-01',
                      lines: [{ accountName: 'Accounts receivable', side: JournalSide.DEBIT, amount: usd(12_000n) }],
                    },
                  ],
          }),
        });
        service(PaymentService, {
          listPayments: () => ({
            payments: paidMinor
              ? [
                  {
                    id: 'p',
                    status: PaymentStatus.COMPLETED,
                    amount: usd(paidMinor),
                    cardBrand: 'visa',
                    cardLast4: '4242',
                  },
                ]
              : [],
          }),
          getPaymentConfig: () => ({ sandbox: true, testSources: [{ source: 'tok_visa', label: 'Visa' }] }),
          createPayment: ({ amount, invoiceId }) => {
            if (paidElsewhere) {
              paidMinor = 12_000n;
              status = InvoiceStatus.PAID;
              throw refusal(Code.FailedPrecondition, 'INVOICE_NOT_PAYABLE', { message: 'the invoice is PAID' });
            }
            // The books follow by an event: not yet when the payment is answered.
            setTimeout(() => {
              paidMinor = amount?.amountMinor ?? 0n;
              status = InvoiceStatus.PAID;
            });
            return { payment: { id: 'p', invoiceId, amount, status: PaymentStatus.COMPLETED } };
          },
        });
      },
    });

  it('shows the invoice, its lines, payments and entries', async () => {
    await open();
    await shows('Accounts receivable');
    const text = screen.text();
    expect(text).toContain('Invoice INV-7');
    expect(text).toContain('Pending');
    expect(text).toContain('$120.00');
    expect(text).toContain('None yet.');
  });

  it('issues a draft, which then can be paid', async () => {
    status = InvoiceStatus.DRAFT;
    const { said } = await open();
    await shows('A draft is not in the books.');
    expect(screen.hasButton('Take payment')).toBe(false);
    screen.button('Issue invoice').click();
    await until(() => screen.hasButton('Take payment'));
    expect(issues).toHaveLength(1);
    expect(issues[0]).not.toBe('');
    expect(said).toHaveLength(1);
    await shows('Accounts receivable');
  });

  it('follows the books after a payment', async () => {
    const timers = stopTimers();
    await open();
    await until(() => screen.hasButton('Take payment'));
    screen.button('Take payment').click();
    await until(() => screen.hasButton('Charge card') && document.querySelector('[type="radio"]') !== null);
    screen.button('Charge card').click();
    await shows('Payment received');
    await timers.pass(120);
    await shows('Paid in full');
    await shows('Visa •••• 4242');
    expect(screen.hasButton('Take payment')).toBe(false);
  });

  it('says so and shows it paid when somebody else paid it first', async () => {
    paidElsewhere = true;
    await open();
    await until(() => screen.hasButton('Take payment'));
    screen.button('Take payment').click();
    await until(() => screen.hasButton('Charge card') && document.querySelector('[type="radio"]') !== null);
    screen.button('Charge card').click();
    await shows('This invoice has been paid or cancelled in the meantime. Nothing was charged.');
    await shows('Paid in full');
    await shows('Visa •••• 4242');
  });

  it('tells the time of issue in the organization’s time zone, by which the invoice date is meant', async () => {
    await open();
    await shows('Invoice date Mar 1, 2026');
    expect(screen.text()).toContain('Issued Mar 1, 2026, 12:30 AM');
  });

  it('asks before it cancels, and keeps the reason', async () => {
    await open();
    await until(() => screen.hasButton('Cancel invoice'));
    screen.button('Cancel invoice').click();
    await shows('This cannot be undone.');
    expect(cancellations).toEqual([]);
    screen.type(screen.field('Reason'), 'Sent twice');
    document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    await shows('Cancelled');
    expect(cancellations).toEqual([{ id: 'i', reason: 'Sent twice' }]);
    await until(() => !screen.hasButton('Take payment'));
  });

  it('keeps the dialog until the cancellation is answered', async () => {
    let answer = () => {};
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    const { said } = await open();
    await until(() => screen.hasButton('Cancel invoice'));
    screen.button('Cancel invoice').click();
    await shows('This cannot be undone.');
    document.querySelector<HTMLButtonElement>('mat-dialog-actions button[type="submit"]')?.click();
    await until(() => cancellations.length === 1);
    screen.escape();
    await settled();
    expect(screen.button('Keep it')).toHaveProperty('disabled', true);
    answer();
    await until(() => said.includes('Invoice INV-7 cancelled.'));
    await until(() => !screen.text().includes('This cannot be undone.'));
  });

  it('offers nothing to who may only look', async () => {
    await open(OrganizationRole.VIEWER);
    await shows('Accounts receivable');
    expect(screen.hasButton('Take payment')).toBe(false);
    expect(screen.hasButton('Cancel invoice')).toBe(false);
  });

  it('says what failed and loads again on demand', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Accounting is restarting.' });
    await open();
    await shows('Accounting is restarting.');
    refuse = undefined;
    screen.button('Try again').click();
    await shows('Billed to');
    expect(reads).toBe(2);
  });

  it('never shows one invoice at another’s address', async () => {
    const { router } = await open();
    await shows('Billed to');
    await router.navigateByUrl('/invoices/unknown');
    await shows('There is no such invoice');
    expect(screen.text()).not.toContain('Acme');
  });
});
