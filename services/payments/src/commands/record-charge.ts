import { onceCommitted } from '@finflow/chassis/database/transaction';
import { aborted } from '@finflow/chassis/errors';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { afterCharge } from '../domain/charge.ts';
import { isUndecided } from '../domain/payment.ts';
import { type ChargeReport, isOvertaken } from '../domain/processor.ts';
import { paymentCompleted, paymentFailed } from '../events/published.ts';
import { type PaymentsParts, places } from '../parts.ts';
import {
  changeCharge,
  findPayment,
  findPaymentByProcessorId,
  findPaymentOrFail,
  type PaymentRow,
} from '../store/payments.ts';
import { endReconciliation } from '../store/reconciliations.ts';

/** More than ever race for one payment: its request, its webhooks, the reconciliation. */
const MAX_ATTEMPTS = 10;

export interface ChargeWord {
  readonly organizationId: string;
  readonly paymentId?: string;
  readonly report: ChargeReport;
}

/** See `recordProcessorState`, by which alone this is called. */
export async function recordCharge(tx: EntityManager, parts: PaymentsParts, word: ChargeWord): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const payment = await locate(tx, word);
    if (!payment) return false;
    if (!isAbout(payment, word.report)) {
      parts.logger.warn({ paymentId: payment.id }, 'the processor speaks of another charge under this payment');
      return false;
    }
    if (isOvertaken(payment, word.report)) return true;
    const next = afterCharge(payment.status, word.report.state);
    if (next === undefined && !teaches(payment, word.report)) return true;
    if (await change(tx, parts, payment, word.report)) return true;
  }
  throw aborted('CONCURRENT_CHANGE', 'Others kept changing this payment; try again.');
}

/** By the id we wrote on the charge, or else by the processor's. */
async function locate(
  tx: EntityManager,
  { organizationId, paymentId, report }: ChargeWord,
): Promise<PaymentRow | null> {
  if (paymentId) return await findPayment(tx, organizationId, paymentId);
  return report.processorId ? await findPaymentByProcessorId(tx, organizationId, report.processorId) : null;
}

/** What is written on a charge is only a claim: amount and currency must fit, and the id, once we know one. */
function isAbout(payment: PaymentRow, { processorId, amount }: ChargeReport): boolean {
  if (payment.amountMinor !== amount.amountMinor || payment.currencyCode !== amount.currencyCode) return false;
  return payment.processorId === null || processorId === null || payment.processorId === processorId;
}

/** Whether it says something new without changing the status: the processor's id, or the card. */
function teaches(payment: PaymentRow, { processorId, card }: ChargeReport): boolean {
  return (payment.processorId === null && processorId !== null) || (payment.cardLast4 === null && card !== null);
}

async function change(
  tx: EntityManager,
  parts: PaymentsParts,
  payment: PaymentRow,
  report: ChargeReport,
): Promise<boolean> {
  const { organizationId, id } = payment;
  const to = afterCharge(payment.status, report.state) ?? payment.status;
  const changed = await changeCharge(tx, organizationId, id, {
    from: payment.status,
    to,
    processorId: report.processorId,
    processorData: parts.sealer.seal(report.data, places.chargeData(organizationId, id)),
    card: report.card,
    refusal: report.state.kind === 'refused' ? report.state.refusal : null,
    now: parts.clock.now(),
  });
  if (!changed) return false;
  if (to === payment.status) return true;
  if (!isUndecided(to)) await endReconciliation(tx, { organizationId, subject: 'PAYMENT', subjectId: id });
  const after = await findPaymentOrFail(tx, organizationId, id);
  if (!isUndecided(to)) onceCommitted(tx, () => parts.metrics.decided(after));
  if (to === 'COMPLETED') await appendEvents(tx, [paymentCompleted(after)]);
  if (to === 'FAILED') await appendEvents(tx, [paymentFailed(after)]);
  return true;
}
