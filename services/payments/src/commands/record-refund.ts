import { aborted, unavailable } from '@finflow/chassis/errors';
import { newId } from '@finflow/chassis/ids';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { isRefundable } from '../domain/payment.ts';
import type { RefundReport } from '../domain/processor.ts';
import { afterRefund, refundableMinor, statusWhenRefunded } from '../domain/refund.ts';
import { paymentRefunded } from '../events/payment-events.ts';
import { type PaymentsParts, places } from '../parts.ts';
import {
  endReservation,
  findPayment,
  findPaymentByProcessorId,
  type PaymentRow,
  reserveForRefund,
} from '../store/payments.ts';
import { endReconciliation, scheduleReconciliation } from '../store/reconciliations.ts';
import {
  changeRefund,
  findRefund,
  findRefundByProcessorId,
  insertRefund,
  markReturned,
  type RefundRow,
} from '../store/refunds.ts';

const MAX_ATTEMPTS = 10;

export interface RefundWord {
  readonly organizationId: string;
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly report: RefundReport;
}

/** See `recordProcessorState`, by which alone this is called. */
export async function recordRefund(tx: EntityManager, parts: PaymentsParts, word: RefundWord): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const refund = (await locate(tx, word)) ?? (await adopt(tx, parts, word));
    if (!refund) return false;
    if (await apply(tx, parts, refund, word.report)) return true;
  }
  throw aborted('CONCURRENT_CHANGE', 'others kept changing this refund; try again');
}

async function locate(tx: EntityManager, { organizationId, refundId, report }: RefundWord): Promise<RefundRow | null> {
  const refund = refundId ? await findRefund(tx, organizationId, refundId) : null;
  if (refund && isAbout(refund, report)) return refund;
  return report.processorId ? await findRefundByProcessorId(tx, organizationId, report.processorId) : null;
}

/** What is written on a refund is only a claim: amount and currency must fit, and the id, once we know one. */
function isAbout(refund: RefundRow, { processorId, amount }: RefundReport): boolean {
  if (refund.amountMinor !== amount.amountMinor || refund.currencyCode !== amount.currencyCode) return false;
  return refund.processorId === null || processorId === null || refund.processorId === processorId;
}

/** A refund made in the processor's own dashboard, taken up as if it had been asked for here. */
async function adopt(tx: EntityManager, parts: PaymentsParts, word: RefundWord): Promise<RefundRow | null> {
  const { organizationId, report } = word;
  if (!report.processorId || report.state.kind === 'failed') return null;
  const payment = await paymentOf(tx, word);
  if (!payment || payment.currencyCode !== report.amount.currencyCode) return null;
  const { amountMinor, currencyCode } = report.amount;
  if (!payment.processorId || !isRefundable(payment.status) || amountMinor > refundableMinor(payment)) {
    // That it was paid is not recorded yet, or a refund of ours that the processor will now refuse holds the amount.
    throw unavailable('REFUND_AHEAD_OF_PAYMENT', 'the payment is not yet in the state that this refund is of');
  }
  const now = parts.clock.now();
  if (!(await reserveForRefund(tx, payment, amountMinor, now))) {
    throw aborted('CONCURRENT_CHANGE', 'the payment of this refund was changed meanwhile; try again');
  }
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
    throw aborted('CONCURRENT_CHANGE', 'this refund was taken up meanwhile; try again');
  }
  const unsettled = { organizationId, subject: 'REFUND', subjectId: refund.id } as const;
  await scheduleReconciliation(tx, unsettled, new Date(now.getTime() + parts.reconcileAfterMs));
  return refund;
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

async function apply(
  tx: EntityManager,
  parts: PaymentsParts,
  refund: RefundRow,
  report: RefundReport,
): Promise<boolean> {
  const { organizationId, id } = refund;
  const now = parts.clock.now();
  if (refund.status === 'COMPLETED' && report.state.kind === 'failed') {
    if (await markReturned(tx, organizationId, id, now)) {
      // The books say that the customer was paid, and they still must be: a person has to see to it.
      parts.logger.error({ refundId: id, organizationId }, 'a completed refund came back; pay it some other way');
    }
    return true;
  }
  const next = afterRefund(refund.status, report.state);
  if (next === undefined && (refund.processorId !== null || report.processorId === null)) return true;
  const changed = await changeRefund(tx, organizationId, id, {
    from: refund.status,
    to: next ?? refund.status,
    processorId: report.processorId,
    processorData: parts.sealer.seal(report.data, places.refundData(organizationId, id)),
    failureMessage: report.state.kind === 'failed' ? report.state.message : null,
    now,
  });
  if (!changed) return false;
  if (next === undefined) return true;
  await settle(tx, refund, next === 'COMPLETED', now);
  return true;
}

async function settle(tx: EntityManager, refund: RefundRow, refunded: boolean, now: Date): Promise<void> {
  const { organizationId, id, paymentId, amountMinor } = refund;
  const payment = await findPayment(tx, organizationId, paymentId);
  if (!payment) throw new Error(`payment ${paymentId} of a refund is missing`);
  const ended = {
    amountMinor,
    refunded,
    statusWhenRefunded: (refundedMinor: bigint) => statusWhenRefunded(payment.amountMinor, refundedMinor),
  };
  await endReservation(tx, organizationId, paymentId, ended, now);
  await endReconciliation(tx, { organizationId, subject: 'REFUND', subjectId: id });
  const after = await findRefund(tx, organizationId, id);
  if (after && refunded) await appendEvents(tx, [paymentRefunded(payment, after)]);
}
