import { aborted, notFound } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import type { Money } from '@finflow/chassis/money';
import type { EntityManager } from 'typeorm';
import type { Payment } from '../domain/payment.ts';
import { amountToRefund, type Refund } from '../domain/refund.ts';
import type { PaymentsParts } from '../parts.ts';
import { findPayment, type PaymentRow, reserveForRefund } from '../store/payments.ts';
import { scheduleReconciliation } from '../store/reconciliations.ts';
import { insertRefund } from '../store/refunds.ts';
import { settleRefund } from './settle-refund.ts';

const MAX_ATTEMPTS = 20;

export interface RefundPayment {
  readonly paymentId: string;
  /** Absent: all that is left. An empty currency is the payment's. */
  readonly amount: Money | undefined;
  readonly reason: string;
  readonly key: RequestKey | undefined;
}

/**
 * Gives back all or part of a payment: reserves the amount and commits, then asks the processor, then records its
 * answer. A refund the processor refuses comes back FAILED, and its amount is free again.
 *
 * @throws DomainError NOT_FOUND `PAYMENT_NOT_FOUND`; INVALID_ARGUMENT `CURRENCY_MISMATCH`; FAILED_PRECONDITION
 *   `PAYMENT_NOT_REFUNDABLE`, `REFUND_EXCEEDS_PAYMENT`; UNAVAILABLE `PROCESSOR_UNAVAILABLE` (the refund stays PENDING and
 *   is finished later); ALREADY_EXISTS `REQUEST_ID_REUSED`
 */
export async function refundPayment(
  parts: PaymentsParts,
  member: Member,
  request: RefundPayment,
): Promise<{ refund: Refund; payment: Payment }> {
  const { organizationId } = member;
  const refundId = await parts.database.tenant(organizationId, (tx) =>
    once(tx, organizationId, request.key, async () => {
      const { payment, amountMinor } = await reserve(tx, parts, organizationId, request);
      return await insert(tx, parts, member, request, payment, amountMinor);
    }),
  );
  return await settleRefund(parts, organizationId, refundId);
}

async function reserve(
  tx: EntityManager,
  parts: PaymentsParts,
  organizationId: string,
  { paymentId, amount }: RefundPayment,
): Promise<{ payment: PaymentRow; amountMinor: bigint }> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const payment = await findPayment(tx, organizationId, paymentId);
    if (!payment) throw notFound('PAYMENT_NOT_FOUND', 'There is no such payment.', 'payment_id');
    const amountMinor = amountToRefund(payment, amount);
    if (await reserveForRefund(tx, payment, amountMinor, parts.clock.now())) return { payment, amountMinor };
  }
  throw aborted('CONCURRENT_CHANGE', 'Others kept refunding this payment; try again.');
}

async function insert(
  tx: EntityManager,
  parts: PaymentsParts,
  { organizationId, userId }: Member,
  { reason }: RefundPayment,
  payment: PaymentRow,
  amountMinor: bigint,
): Promise<string> {
  const id = newId();
  const now = parts.clock.now();
  await insertRefund(tx, {
    organizationId,
    id,
    paymentId: payment.id,
    userId,
    amountMinor,
    currencyCode: payment.currencyCode,
    status: 'PENDING',
    reason,
    processorId: null,
    failureMessage: null,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
    returnedAt: null,
  });
  const dueAt = new Date(now.getTime() + parts.reconcileAfterMs);
  await scheduleReconciliation(tx, { organizationId, subject: 'REFUND', subjectId: id }, dueAt);
  return id;
}
