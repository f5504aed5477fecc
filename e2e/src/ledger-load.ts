import { setTimeout as delay } from 'node:timers/promises';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { type Payment, PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { emptyHistory, type History } from './history.ts';
import type { Session } from './session.ts';
import { correctTransaction, importStatement } from './statement-load.ts';
import { untilAnswered } from './until-answered.ts';

export interface LoadUserOptions {
  /** Pause after each round, in milliseconds; none unless given. */
  readonly pauseMs?: number;
}

/**
 * One user who works without a break: invoices, issues, takes a payment (one in six declined), refunds one in four,
 * posts an entry by hand, now and then imports a bank statement, corrects a category or renames the company. A request
 * without an answer is sent again with the same request id until one comes.
 */
export class LoadUser {
  readonly session: Session;
  readonly history: History = emptyHistory();
  readonly #random: () => number;
  readonly #pauseMs: number;
  #stopping = false;

  constructor(session: Session, random: () => number, { pauseMs = 0 }: LoadUserOptions = {}) {
    this.session = session;
    this.#random = random;
    this.#pauseMs = pauseMs;
  }

  /** Works until {@link finish} is called; resolves after the work in hand has been acknowledged. */
  async begin(): Promise<void> {
    this.#stopping = false;
    while (!this.#stopping) {
      await this.#round();
      if (this.#pauseMs > 0) await delay(this.#pauseMs);
    }
  }

  finish(): void {
    this.#stopping = true;
  }

  async #round(): Promise<void> {
    const amountMinor = BigInt(100 + Math.floor(this.#random() * 100_000));
    const invoiceId = await this.#invoice(amountMinor);
    const paymentId = await this.#pay(invoiceId, amountMinor);
    if (paymentId && this.#random() < 1 / 4) await this.#refund(paymentId, amountMinor / 2n);
    await this.#postByHand(amountMinor);
    if (this.#random() < 1 / 4) await importStatement(this.session, this.history, this.#random);
    if (this.#random() < 1 / 4) await correctTransaction(this.session, this.history, this.#random);
    if (this.#random() < 1 / 4) await this.#rename();
  }

  async #invoice(amountMinor: bigint): Promise<string> {
    const invoices = this.session.client(InvoiceService);
    const amount = { currencyCode: 'USD', amountMinor };
    const { invoice } = await untilAnswered(this.history, (requestId, signal) =>
      invoices.createInvoice({ client: 'Load', amount, dueDate: '2030-01-31', requestId }, { signal }),
    );
    const id = invoice!.id;
    await untilAnswered(this.history, (requestId, signal) => invoices.issueInvoice({ id, requestId }, { signal }));
    this.history.invoices.set(id, amountMinor);
    return id;
  }

  /** @returns the payment's id; undefined when the card was declined */
  async #pay(invoiceId: string, amountMinor: bigint): Promise<string | undefined> {
    const source = this.#random() < 1 / 6 ? 'tok_chargeDeclined' : 'tok_visa';
    const payment = await this.#untilDecided(invoiceId, amountMinor, source);
    const failed = payment.status === PaymentStatus.FAILED;
    if (failed !== (source === 'tok_chargeDeclined')) throw new Error(`${source} ended as status ${payment.status}`);
    this.history.payments.set(payment.id, { invoiceId, amountMinor, refundedMinor: 0n, failed });
    return failed ? undefined : payment.id;
  }

  async #untilDecided(invoiceId: string, amountMinor: bigint, source: string): Promise<Payment> {
    const payments = this.session.client(PaymentService);
    const amount = { currencyCode: 'USD', amountMinor };
    const { payment } = await untilAnswered(this.history, (requestId, signal) =>
      payments.createPayment({ amount, source, invoiceId, requestId }, { signal }),
    );
    let last = payment!;
    // A payment may be answered before its processor has decided.
    while (last.status === PaymentStatus.PENDING || last.status === PaymentStatus.PROCESSING) {
      await delay(50);
      ({ payment: last = last } = await untilAnswered(this.history, (_, signal) =>
        payments.getPayment({ id: last.id }, { signal }),
      ));
    }
    return last;
  }

  async #refund(paymentId: string, amountMinor: bigint): Promise<void> {
    const payments = this.session.client(PaymentService);
    const amount = { currencyCode: 'USD', amountMinor };
    await untilAnswered(this.history, (requestId, signal) =>
      payments.refundPayment({ paymentId, amount, requestId }, { signal }),
    );
    this.history.payments.get(paymentId)!.refundedMinor = amountMinor;
  }

  async #postByHand(amountMinor: bigint): Promise<void> {
    const ledger = this.session.client(LedgerService);
    const amount = { currencyCode: 'USD', amountMinor };
    const { journalEntry } = await untilAnswered(this.history, (requestId, signal) =>
      ledger.postJournalEntry(
        { debitAccount: '1000', creditAccount: '3000', amount, description: 'by hand', requestId },
        { signal },
      ),
    );
    this.history.entries.add(journalEntry!.id);
  }

  async #rename(): Promise<void> {
    const organizations = this.session.client(OrganizationService);
    const name = `Load ${crypto.randomUUID()}`;
    await untilAnswered(this.history, (requestId, signal) =>
      organizations.updateOrganization({ name, requestId }, { signal }),
    );
    this.history.organizationName = name;
  }
}
