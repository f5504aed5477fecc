import { aborted, unavailable } from '@finflow/chassis/errors';
import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { isRefundable } from '../domain/payment.ts';
import type { RefundReport } from '../domain/processor.ts';
import { refundableMinor } from '../domain/refund.ts';
import { type PaymentsParts, places } from '../parts.ts';
import {
  findPayment,
  findPaymentByProcessorId,
  findPaymentOrFail,
  type PaymentRow,
  reserveForRefund,
} from '../store/payments.ts';
import { scheduleReconciliation } from '../store/reconciliations.ts';
import { changeRefund, insertRefund, type RefundRow } from '../store/refunds.ts';

/** What the processor says of a refund, and which of ours it is said to be. */
export interface RefundWord {
  readonly organizationId: string;
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly report: RefundReport;
}

/**
 * A refund made in the processor's own dashboard, taken up as if it had been asked for here.
 *
 * @returns null when it is of nothing of ours
 * @throws DomainError UNAVAILABLE `REFUND_AHEAD_OF_PAYMENT`, ABORTED `CONCURRENT_CHANGE`: to be told again later
 */
export async function adopt(tx: EntityManager, parts: PaymentsParts, word: RefundWord): Promise<RefundRow | null> {
  const { organizationId, report } = word;
  if (!report.processorId || report.state.kind === 'failed') return null;
  const payment = await paymentOf(tx, word);
  if (!payment || payment.currencyCode !== report.amount.currencyCode) return null;
  const { amountMinor, currencyCode } = report.amount;
  const now = parts.clock.now();
  await reserve(tx, payment, amountMinor, now);
  const refund: RefundRow = {
    organizationId,
    id: newId(),
    paymentId: payment.id,
    userId: null,
    amountMinor,
    currencyCode,
    status: 'PENDING',
    reason: '',
    processorId: report.processorId,
    failureMessage: null,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
    returnedAt: null,
  };
  if (!(await insertRefund(tx, refund))) {
    throw aborted('CONCURRENT_CHANGE', 'This refund was taken up meanwhile; try again.');
  }
  await schedule(tx, parts, refund, now);
  return refund;
}

async function reserve(tx: EntityManager, payment: PaymentRow, amountMinor: bigint, now: Date): Promise<void> {
  if (!isRefundable(payment.status) || amountMinor > refundableMinor(payment)) {
    // That it was paid is not recorded yet, or a refund of ours that the processor will now refuse holds the amount.
    throw unavailable(
      'REFUND_AHEAD_OF_PAYMENT',
      'The payment is not yet in the state that this refund is of; try again.',
    );
  }
  if (!(await reserveForRefund(tx, payment, amountMinor, now))) {
    throw aborted('CONCURRENT_CHANGE', 'The payment of this refund was changed meanwhile; try again.');
  }
}

/** By the processor's id, or by ours while the processor's is not recorded. */
async function paymentOf(
  tx: EntityManager,
  { organizationId, paymentId, report }: RefundWord,
): Promise<PaymentRow | null> {
  const known = await findPaymentByProcessorId(tx, organizationId, report.chargeId);
  if (known || !paymentId) return known;
  const claimed = await findPayment(tx, organizationId, paymentId);
  return claimed?.processorId === null ? claimed : null;
}

/**
 * A refund given up for lost, which the processor has after all: it holds its amount again, and goes on as if it had been
 * pending all along.
 *
 * @throws as `adopt` does
 */
export async function reopen(
  tx: EntityManager,
  parts: PaymentsParts,
  refund: RefundRow,
  report: RefundReport,
): Promise<void> {
  const { organizationId, id } = refund;
  const now = parts.clock.now();
  await reserve(tx, await findPaymentOrFail(tx, organizationId, refund.paymentId), refund.amountMinor, now);
  const reopened = await changeRefund(tx, organizationId, id, {
    from: 'FAILED',
    to: 'PENDING',
    processorId: report.processorId,
    processorData: parts.sealer.seal(report.data, places.refundData(organizationId, id)),
    failureMessage: null,
    now,
  });
  if (!reopened) throw aborted('CONCURRENT_CHANGE', 'This refund was changed meanwhile; try again.');
  await schedule(tx, parts, refund, now);
}

async function schedule(tx: EntityManager, parts: PaymentsParts, refund: RefundRow, now: Date): Promise<void> {
  const unsettled = { organizationId: refund.organizationId, subject: 'REFUND', subjectId: refund.id } as const;
  await scheduleReconciliation(tx, unsettled, new Date(now.getTime() + parts.reconcileAfterMs));
}
