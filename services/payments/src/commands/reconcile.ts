import { isUndecided, type Payment } from '../domain/payment.ts';
import { isProcessorUnavailable, isSourceNotFound } from '../domain/processor.ts';
import type { PaymentsParts } from '../parts.ts';
import { takeDue, type Unsettled } from '../store/reconciliations.ts';
import { refuseUnknownSource, settlePayment } from './settle-payment.ts';
import { settleRefund } from './settle-refund.ts';

/** Asked about at the same time: one that gets no answer holds up no more than these. */
const BATCH = 8;
/** The wait before the second question is this many times the wait before the first; it doubles from there. */
const WAIT_GROWTH = 4;

/**
 * Asks the processor about everything it has not decided and that is due: what a crash, a fault or a slow bank left
 * behind. Several instances may run at once; they take different ones.
 *
 * @returns how many were settled, one way or the other
 */
export async function reconcile(parts: PaymentsParts, signal?: AbortSignal): Promise<number> {
  const firstWaitMs = Math.max(1_000, WAIT_GROWTH * parts.reconcileAfterMs);
  let settled = 0;
  while (!signal?.aborted) {
    const due = await parts.database.system((tx) => takeDue(tx, parts.clock.now(), BATCH, firstWaitMs));
    if (due.length === 0) break;
    const outcomes = await Promise.all(due.map((unsettled) => settle(parts, unsettled)));
    settled += outcomes.filter(Boolean).length;
  }
  return settled;
}

async function settle(parts: PaymentsParts, { organizationId, subject, subjectId }: Unsettled): Promise<boolean> {
  try {
    if (subject === 'REFUND') return (await settleRefund(parts, organizationId, subjectId)).refund.status !== 'PENDING';
    return !isUndecided((await settleOrRefuse(parts, organizationId, subjectId)).status);
  } catch (error) {
    if (isProcessorUnavailable(error)) return false;
    // One that cannot be settled must not keep the others from it; it is due again later.
    parts.logger.error({ err: error, subject, subjectId }, 'reconciliation failed');
    return false;
  }
}

async function settleOrRefuse(parts: PaymentsParts, organizationId: string, paymentId: string): Promise<Payment> {
  try {
    return await settlePayment(parts, organizationId, paymentId);
  } catch (error) {
    if (!isSourceNotFound(error)) throw error;
    return await refuseUnknownSource(parts, organizationId, paymentId);
  }
}
