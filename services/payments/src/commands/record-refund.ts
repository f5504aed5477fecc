import { onceCommitted } from '@finflow/chassis/database/transaction';
import { aborted } from '@finflow/chassis/errors';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { isOvertaken, type RefundReport } from '../domain/processor.ts';
import { afterRefund, statusWhenRefunded, wasGivenUpWrongly } from '../domain/refund.ts';
import { paymentRefunded } from '../events/published.ts';
import { type PaymentsParts, places } from '../parts.ts';
import { endReservation, findPaymentOrFail } from '../store/payments.ts';
import { endReconciliation } from '../store/reconciliations.ts';
import {
  changeRefund,
  findRefund,
  findRefundByProcessorId,
  findRefundOrFail,
  markReturned,
  type RefundRow,
} from '../store/refunds.ts';
import { adopt, type RefundWord, reopen } from './take-up-refund.ts';

const MAX_ATTEMPTS = 10;

/** See `recordProcessorState`, by which alone this is called. */
export async function recordRefund(tx: EntityManager, parts: PaymentsParts, word: RefundWord): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const refund = (await locate(tx, word)) ?? (await adopt(tx, parts, word));
    if (!refund) return false;
    if (isOvertaken(refund, word.report)) return true;
    if (await apply(tx, parts, refund, word.report)) return true;
  }
  throw aborted('CONCURRENT_CHANGE', 'Others kept changing this refund; try again.');
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
      onceCommitted(tx, () => parts.metrics.refundDecided(refund, 'returned'));
      parts.logger.error({ refundId: id, organizationId }, 'a completed refund came back; pay it some other way');
    }
    return true;
  }
  if (wasGivenUpWrongly(refund, report.processorId, report.state)) {
    await reopen(tx, parts, refund, report);
    return false;
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
  onceCommitted(tx, () => parts.metrics.refundDecided(refund, next === 'COMPLETED' ? 'completed' : 'failed'));
  return true;
}

async function settle(tx: EntityManager, refund: RefundRow, refunded: boolean, now: Date): Promise<void> {
  const { organizationId, id, paymentId, amountMinor } = refund;
  const payment = await findPaymentOrFail(tx, organizationId, paymentId);
  const ended = {
    amountMinor,
    refunded,
    statusWhenRefunded: (refundedMinor: bigint) => statusWhenRefunded(payment.amountMinor, refundedMinor),
  };
  await endReservation(tx, organizationId, paymentId, ended, now);
  await endReconciliation(tx, { organizationId, subject: 'REFUND', subjectId: id });
  if (refunded) await appendEvents(tx, [paymentRefunded(payment, await findRefundOrFail(tx, organizationId, id))]);
}
