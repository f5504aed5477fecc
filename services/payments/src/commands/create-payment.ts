import { notFound } from '@finflow/chassis/errors';
import { forget, once, type RequestKey, recall } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import type { Money } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import { assertNotCovered, assertPayable, type PayableInvoice } from '../domain/invoice.ts';
import type { Payment } from '../domain/payment.ts';
import { isSourceNotFound } from '../domain/processor.ts';
import { type PaymentsParts, places } from '../parts.ts';
import { deletePending, insertPayment, lockInvoice, sumForInvoice } from '../store/payments.ts';
import { endReconciliation, scheduleReconciliation } from '../store/reconciliations.ts';
import { settlePayment } from './settle-payment.ts';

export interface CreatePayment {
  readonly amount: Money;
  /** Token or payment method of the card. Secret. */
  readonly source: string;
  readonly invoiceId: string | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly key: RequestKey | undefined;
}

/**
 * Charges a card: writes the payment down and commits, then asks the processor, then records its answer. Whatever
 * breaks in between, the payment is there to be finished, by the same request sent again or by the reconciliation, and
 * its id is the processor's idempotency key, so it is charged once.
 *
 * @throws DomainError NOT_FOUND `INVOICE_NOT_FOUND`; INVALID_ARGUMENT `CURRENCY_MISMATCH`, `SOURCE_NOT_FOUND` (nothing
 *   is kept then); FAILED_PRECONDITION `INVOICE_NOT_PAYABLE`, `INVOICE_ALREADY_PAID`; UNAVAILABLE
 *   `ACCOUNTING_UNAVAILABLE` (nothing is kept), `PROCESSOR_UNAVAILABLE`; ALREADY_EXISTS `REQUEST_ID_REUSED`
 */
export async function createPayment(parts: PaymentsParts, member: Member, request: CreatePayment): Promise<Payment> {
  const { organizationId } = member;
  const paymentId = (await begun(parts, organizationId, request)) ?? (await begin(parts, member, request));
  try {
    return await settlePayment(parts, organizationId, paymentId);
  } catch (error) {
    if (isSourceNotFound(error)) await withdraw(parts, organizationId, paymentId, request.key);
    throw error;
  }
}

/**
 * The payment of an invoice that this request made when it came before. Asked first, because by now the invoice may be
 * paid, by this very payment; without an invoice nothing can be refused before the request id is looked at anyway.
 */
async function begun(
  parts: PaymentsParts,
  organizationId: string,
  { key, invoiceId }: CreatePayment,
): Promise<string | undefined> {
  if (!key || !invoiceId) return undefined;
  return await parts.database.tenant(organizationId, (tx) => recall<string>(tx, organizationId, key));
}

async function begin(parts: PaymentsParts, member: Member, request: CreatePayment): Promise<string> {
  const { organizationId } = member;
  let invoice: PayableInvoice | undefined;
  try {
    invoice = await payableInvoice(parts, member, request);
  } catch (error) {
    // The same request may have come twice at once, and the other one paid the invoice while we looked at it.
    const other = await begun(parts, organizationId, request);
    if (other) return other;
    throw error;
  }
  return await parts.database.tenant(organizationId, (tx) =>
    once(tx, organizationId, request.key, async () => {
      if (invoice) await assertStillOpen(tx, organizationId, invoice);
      return await insert(tx, parts, member, request);
    }),
  );
}

async function payableInvoice(
  parts: PaymentsParts,
  member: Member,
  request: CreatePayment,
): Promise<PayableInvoice | undefined> {
  if (!request.invoiceId) return undefined;
  const invoice = await parts.invoices.find(request.invoiceId, member.token);
  if (!invoice) throw notFound('INVOICE_NOT_FOUND', 'There is no such invoice.', 'invoice_id');
  assertPayable(invoice, request.amount);
  return invoice;
}

/** Accounting learns of payments a moment late, so what was paid or is being paid here counts first. */
async function assertStillOpen(tx: EntityManager, organizationId: string, invoice: PayableInvoice): Promise<void> {
  await lockInvoice(tx, organizationId, invoice.id);
  assertNotCovered(invoice, await sumForInvoice(tx, organizationId, invoice.id));
}

async function insert(
  tx: EntityManager,
  parts: PaymentsParts,
  member: Member,
  request: CreatePayment,
): Promise<string> {
  const { organizationId, userId } = member;
  const { amount, source, invoiceId, description, metadata } = request;
  const id = newId();
  const now = parts.clock.now();
  await insertPayment(tx, {
    organizationId,
    id,
    userId,
    status: 'PENDING',
    amountMinor: amount.amountMinor,
    currencyCode: amount.currencyCode,
    amountRefundedMinor: 0n,
    amountReservedMinor: 0n,
    invoiceId,
    description,
    metadata,
    source: parts.sealer.seal(source, places.source(organizationId, id)),
    processorId: null,
    failureCode: null,
    failureMessage: null,
    failureAdvice: null,
    cardBrand: null,
    cardLast4: null,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
  });
  const dueAt = new Date(now.getTime() + parts.reconcileAfterMs);
  await scheduleReconciliation(tx, { organizationId, subject: 'PAYMENT', subjectId: id }, dueAt);
  return id;
}

/** A request that named no card the processor knows leaves nothing behind, and its request id free. */
async function withdraw(
  parts: PaymentsParts,
  organizationId: string,
  id: string,
  key: RequestKey | undefined,
): Promise<void> {
  await parts.database.tenant(organizationId, async (tx) => {
    if (!(await deletePending(tx, organizationId, id))) return;
    await endReconciliation(tx, { organizationId, subject: 'PAYMENT', subjectId: id });
    await forget(tx, organizationId, key);
  });
}
