import { setTimeout as delay } from 'node:timers/promises';
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { type Payment, PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import type { Session } from './session.ts';

/** How long a request is sent again; a restart takes seconds. */
const patienceMs = 60_000;

/** What the platform acknowledged: the history that the audit holds it to. */
export interface History {
  /** Invoice id → total in minor units. */
  readonly invoices: Map<string, bigint>;
  readonly payments: Map<string, { invoiceId: string; amountMinor: bigint; refundedMinor: bigint; failed: boolean }>;
  /** Ids of entries posted by hand. */
  readonly entries: Set<string>;
  /** Requests sent again because no answer came the first time. */
  retries: number;
}

/**
 * One user who works without a break: invoices, issues, takes a payment (one in six declined), refunds one in four,
 * posts an entry by hand. A request without an answer is sent again with the same request id until one comes.
 */
export class LoadUser {
  readonly session: Session;
  readonly history: History = { invoices: new Map(), payments: new Map(), entries: new Set(), retries: 0 };
  readonly #random: () => number;
  #stopping = false;

  constructor(session: Session, random: () => number) {
    this.session = session;
    this.#random = random;
  }

  /** Works until {@link finish} is called; resolves after the work in hand has been acknowledged. */
  async begin(): Promise<void> {
    this.#stopping = false;
    while (!this.#stopping) await this.#round();
  }

  finish(): void {
    this.#stopping = true;
  }

  async #round(): Promise<void> {
    const invoices = this.session.client(InvoiceService);
    const payments = this.session.client(PaymentService);
    const ledger = this.session.client(LedgerService);
    const amountMinor = BigInt(100 + Math.floor(this.#random() * 100_000));
    const amount = { currencyCode: 'USD', amountMinor };
    const { invoice } = await this.#untilAnswered((requestId, signal) =>
      invoices.createInvoice({ client: 'Load', amount, dueDate: '2030-01-31', requestId }, { signal }),
    );
    const id = invoice!.id;
    await this.#untilAnswered((requestId, signal) => invoices.issueInvoice({ id, requestId }, { signal }));
    this.history.invoices.set(id, amountMinor);

    const source = this.#random() < 1 / 6 ? 'tok_chargeDeclined' : 'tok_visa';
    const payment = await this.#pay(payments, id, amountMinor, source);
    const failed = payment.status === PaymentStatus.FAILED;
    if (failed !== (source === 'tok_chargeDeclined')) throw new Error(`${source} ended as status ${payment.status}`);
    const record = { invoiceId: id, amountMinor, refundedMinor: 0n, failed };
    this.history.payments.set(payment.id, record);

    if (!failed && this.#random() < 1 / 4) {
      const part = amountMinor / 2n;
      await this.#untilAnswered((requestId, signal) =>
        payments.refundPayment(
          { paymentId: payment.id, amount: { currencyCode: 'USD', amountMinor: part }, requestId },
          { signal },
        ),
      );
      record.refundedMinor = part;
    }
    const { journalEntry } = await this.#untilAnswered((requestId, signal) =>
      ledger.postJournalEntry(
        { debitAccount: '1000', creditAccount: '3000', amount, description: 'by hand', requestId },
        { signal },
      ),
    );
    this.history.entries.add(journalEntry!.id);
  }

  async #pay(
    payments: Client<typeof PaymentService>,
    invoiceId: string,
    amountMinor: bigint,
    source: string,
  ): Promise<Payment> {
    const { payment } = await this.#untilAnswered((requestId, signal) =>
      payments.createPayment(
        { amount: { currencyCode: 'USD', amountMinor }, source, invoiceId, requestId },
        { signal },
      ),
    );
    let last = payment!;
    // A payment may be answered before its processor has decided.
    while (last.status === PaymentStatus.PENDING || last.status === PaymentStatus.PROCESSING) {
      await delay(50);
      ({ payment: last = last } = await this.#untilAnswered((_, signal) =>
        payments.getPayment({ id: last.id }, { signal }),
      ));
    }
    return last;
  }

  async #untilAnswered<T>(send: (requestId: string, signal: AbortSignal) => Promise<T>): Promise<T> {
    const requestId = crypto.randomUUID();
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return await send(requestId, AbortSignal.timeout(20_000));
      } catch (error) {
        // A platform that does not come back is a finding too, not something to wait for without end.
        if (!isFault(error) || performance.now() > deadline) throw error;
        this.history.retries += 1;
        await delay(50);
      }
    }
  }
}

/** No answer, or one that says to try again: the request may or may not have been done. */
function isFault(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  const retriable: Code[] = [
    Code.Unavailable,
    Code.Aborted,
    Code.Canceled,
    Code.DeadlineExceeded,
    Code.Internal,
    Code.Unknown,
  ];
  return retriable.includes(code);
}
