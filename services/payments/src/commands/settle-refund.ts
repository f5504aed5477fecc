import type { Payment } from '../domain/payment.ts';
import {
  isProcessorUnavailable,
  processorUnavailable,
  type RefundOrder,
  type RefundReport,
} from '../domain/processor.ts';
import type { Refund } from '../domain/refund.ts';
import type { PaymentsParts } from '../parts.ts';
import { findPaymentOrFail, type PaymentRow } from '../store/payments.ts';
import { findRefundOrFail, type RefundRow } from '../store/refunds.ts';
import { recordProcessorState } from './record-processor-state.ts';
import { ORDER_REPEATABLE_MS } from './settle-payment.ts';

/**
 * Brings a pending refund to the processor, or asks what became of it, and records the answer. A decided refund is
 * returned as it is. Safe to repeat and to run twice at once.
 *
 * @throws DomainError UNAVAILABLE `PROCESSOR_UNAVAILABLE` with the refund's id: it stays pending, to be settled later
 */
export async function settleRefund(
  parts: PaymentsParts,
  organizationId: string,
  refundId: string,
): Promise<{ refund: Refund; payment: Payment }> {
  const { refund, payment } = await load(parts, organizationId, refundId);
  if (refund.status !== 'PENDING') return { refund, payment };
  let report: RefundReport;
  try {
    report = await ask(parts, refund, payment);
  } catch (error) {
    if (!isProcessorUnavailable(error)) throw error;
    parts.logger.warn({ err: error.cause, refundId }, 'the processor did not answer');
    const now = await load(parts, organizationId, refundId);
    if (now.refund.status === 'PENDING') throw processorUnavailable(error.cause, { refundId });
    return now;
  }
  await parts.database.tenant(organizationId, (tx) =>
    recordProcessorState(tx, parts, { organizationId, refundId, about: { refund: report } }),
  );
  return await load(parts, organizationId, refundId);
}

async function load(
  parts: PaymentsParts,
  organizationId: string,
  refundId: string,
): Promise<{ refund: RefundRow; payment: PaymentRow }> {
  return await parts.database.tenant(organizationId, async (tx) => {
    const refund = await findRefundOrFail(tx, organizationId, refundId);
    return { refund, payment: await findPaymentOrFail(tx, organizationId, refund.paymentId) };
  });
}

async function ask(parts: PaymentsParts, refund: RefundRow, payment: PaymentRow): Promise<RefundReport> {
  if (refund.processorId) return await parts.processor.retrieveRefund(refund.processorId);
  if (!payment.processorId) throw new Error(`payment ${payment.id} is refunded, but was never charged`);
  const { currencyCode, amountMinor } = refund;
  const order: RefundOrder = {
    refundId: refund.id,
    paymentId: payment.id,
    organizationId: refund.organizationId,
    chargeId: payment.processorId,
    amount: { currencyCode, amountMinor },
  };
  const ageMs = parts.clock.now().getTime() - refund.createdAt.getTime();
  if (ageMs <= ORDER_REPEATABLE_MS) return await parts.processor.refund(order);
  return (await parts.processor.findRefund(order)) ?? neverMade(order);
}

function neverMade({ chargeId, amount }: RefundOrder): RefundReport {
  const state = { kind: 'failed', message: 'The processor did not take the refund in time. Refund again.' } as const;
  return { processorId: null, chargeId, amount, state, data: '{}' };
}
