import { ConnectError } from '@connectrpc/connect';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Company, usd } from '../src/company.ts';
import { outcomeOf, verdict } from '../src/doors.ts';
import { eventually } from '../src/eventually.ts';
import { Platform } from '../src/platform.ts';
import { settled } from '../src/settled.ts';

const atOnce = 8;
let platform: Platform;
let company: Company;

beforeAll(async () => {
  platform = await Platform.start();
  company = await Company.register(platform.url, 'Races');
}, 60_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

/** Sends the same thing several times at once: what succeeded, and the verdicts on the rest. */
async function race<T>(send: (index: number) => Promise<T>): Promise<{ won: T[]; refused: string[] }> {
  const results = await Promise.allSettled(Array.from({ length: atOnce }, (_, index) => send(index)));
  return {
    won: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    refused: results.flatMap((result) =>
      result.status === 'rejected' ? [verdict(outcomeOf(ConnectError.from(result.reason)))] : [],
    ),
  };
}

const times = (count: number, what: string) => Array<string>(count).fill(what);
const distinct = (ids: string[]) => new Set(ids).size;

test('one email registered at once is one account', async () => {
  const auth = company.session.withoutToken(AuthService);
  const email = `twin-${crypto.randomUUID()}@example.com`;
  const { won, refused } = await race((index) =>
    auth.register({ email: index % 2 ? email : email.toUpperCase(), password: `long-enough-${index}-for-all` }),
  );
  expect(won).toHaveLength(1);
  expect(refused).toEqual(times(atOnce - 1, 'ALREADY_EXISTS EMAIL_TAKEN'));
});

test('one request id at once is one invoice, and each caller gets it', async () => {
  const invoices = company.session.client(InvoiceService);
  const request = {
    client: 'Once',
    amount: usd(4_200n),
    dueDate: '2030-01-31',
    issue: true,
    requestId: 'invoice-once',
  };
  const { won, refused } = await race(() => invoices.createInvoice(request));
  expect(refused).toEqual([]);
  expect(distinct(won.map(({ invoice }) => invoice!.id))).toBe(1);
  expect((await invoices.listInvoices({ query: 'Once' })).totalSize).toBe(1);
});

test('one request id at once is one entry of the books', async () => {
  const ledger = company.session.client(LedgerService);
  const request = { debitAccount: '1000', creditAccount: '3000', amount: usd(100n), requestId: 'entry-once' };
  const { won, refused } = await race(() => ledger.postJournalEntry({ ...request, description: 'posted once' }));
  expect(refused).toEqual([]);
  expect(distinct(won.map(({ journalEntry }) => journalEntry!.id))).toBe(1);
  expect((await ledger.listJournalEntries({ query: 'posted once' })).totalSize).toBe(1);
});

test('one request id at once charges the card once', async () => {
  const payments = company.session.client(PaymentService);
  const request = { amount: usd(777n), source: 'tok_visa', description: 'charged once', requestId: 'charge-once' };
  const { won, refused } = await race(() => payments.createPayment(request));
  expect(refused).toEqual([]);
  expect(distinct(won.map(({ payment }) => payment!.id))).toBe(1);
  const list = await payments.listPayments({ query: 'charged once' });
  expect(list.payments.map(({ processorId }) => processorId)).toEqual([expect.stringMatching(/^pi_/)]);
});

test('a request id that comes again with another body is refused', async () => {
  const ledger = company.session.client(LedgerService);
  const post = (amountMinor: bigint) =>
    ledger.postJournalEntry({
      debitAccount: '1000',
      creditAccount: '3000',
      amount: usd(amountMinor),
      requestId: 'twice',
    });
  const { won, refused } = await race((index) => post(BigInt(index + 1)));
  expect(won).toHaveLength(1);
  expect(refused).toEqual(times(atOnce - 1, 'ALREADY_EXISTS REQUEST_ID_REUSED'));
});

test('two payments of one invoice at once: one is taken', async () => {
  const payments = company.session.client(PaymentService);
  const invoiceId = await company.invoice(9_900n);
  const { won, refused } = await race(() =>
    payments.createPayment({ amount: usd(9_900n), source: 'tok_visa', invoiceId, requestId: crypto.randomUUID() }),
  );
  expect(won).toHaveLength(1);
  expect(refused).toHaveLength(atOnce - 1);
  for (const verdict of refused) expect(verdict).toMatch(/^FAILED_PRECONDITION INVOICE_(ALREADY_PAID|NOT_PAYABLE)$/);
  await settled(company.session);
  const { invoice } = await company.session.client(InvoiceService).getInvoice({ id: invoiceId });
  expect(invoice!.amountPaid!.amountMinor).toBe(9_900n);
});

test('refunds at once never give back more than was paid', async () => {
  const payments = company.session.client(PaymentService);
  const { id: paymentId } = await company.payment({ amountMinor: 1_000n });
  const { won, refused } = await race(() =>
    payments.refundPayment({ paymentId, amount: usd(400n), requestId: crypto.randomUUID() }),
  );
  expect(won).toHaveLength(2);
  expect(refused).toEqual(times(atOnce - 2, 'FAILED_PRECONDITION REFUND_EXCEEDS_PAYMENT'));
  await eventually(async () => {
    const { payment } = await payments.getPayment({ id: paymentId });
    expect(payment).toMatchObject({ status: PaymentStatus.PARTIALLY_REFUNDED, amountRefunded: { amountMinor: 800n } });
  });
});

test('an invoice number at once is given once', async () => {
  const invoices = company.session.client(InvoiceService);
  const { won, refused } = await race(() =>
    invoices.createInvoice({ client: 'Number', amount: usd(1n), dueDate: '2030-01-31', number: 'N-1' }),
  );
  expect(won).toHaveLength(1);
  expect(refused).toEqual(times(atOnce - 1, 'ALREADY_EXISTS INVOICE_NUMBER_TAKEN'));
});

test('numbers made at once are all different', async () => {
  const invoices = company.session.client(InvoiceService);
  const { won, refused } = await race(() =>
    invoices.createInvoice({ client: 'Numbers', amount: usd(1n), dueDate: '2030-01-31' }),
  );
  expect(refused).toEqual([]);
  expect(distinct(won.map(({ invoice }) => invoice!.number))).toBe(atOnce);
});

test('an invoice issued and cancelled at once ends in one state, and its books agree', async () => {
  const invoices = company.session.client(InvoiceService);
  const id = await company.draft();
  await race<unknown>((index) =>
    index % 2
      ? invoices.issueInvoice({ id, requestId: `issue-${index}-${id}` })
      : invoices.cancelInvoice({ id, requestId: `cancel-${index}-${id}` }),
  );
  const { invoice } = await invoices.getInvoice({ id });
  const { journalEntries } = await company.session.client(LedgerService).listJournalEntries({ invoiceId: id });
  const standing = journalEntries.filter(
    ({ reversesEntryId, reversedByEntryId }) => !reversesEntryId && !reversedByEntryId,
  );
  expect(standing).toHaveLength(invoice!.amountDue!.amountMinor > 0n ? 1 : 0);
});

test('a refresh token used at once works at most once', async () => {
  const auth = company.session.withoutToken(AuthService);
  const { refreshToken } = await company.session.openSession();
  const { won, refused } = await race(() => auth.refresh({ refreshToken }));
  expect(won.length).toBeLessThanOrEqual(1);
  expect(refused).toEqual(times(atOnce - won.length, 'UNAUTHENTICATED INVALID_REFRESH_TOKEN'));
});

test('owners who demote each other at once leave one', async () => {
  const other = await company.member(OrganizationRole.OWNER);
  const organization = company.session.client(OrganizationService);
  const { id: self } = await company.session.client(AuthService).getMe({});
  await race((index) =>
    organization.updateMemberRole({ userId: index % 2 ? self : other, role: OrganizationRole.ADMIN }),
  );
  const { totalSize } = await organization.listMembers({ roles: [OrganizationRole.OWNER] });
  expect(totalSize).toBe(1);
});
