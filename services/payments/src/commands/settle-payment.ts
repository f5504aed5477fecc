import { aborted } from '@finflow/chassis/errors';
import type { Money } from '@finflow/chassis/money';
import { isUndecided } from '../domain/payment.ts';
import { type ChargeReport, isProcessorUnavailable, processorUnavailable } from '../domain/processor.ts';
import { neverAnswered, type Refusal, refusal } from '../domain/refusal.ts';
import { type PaymentsParts, places } from '../parts.ts';
import { findPaymentOrFail, findPaymentWithSource, type PaymentRow } from '../store/payments.ts';
import { recordProcessorState } from './record-processor-state.ts';

/**
 * Stripe forgets an idempotency key after 24 hours at the earliest. Before that, sending the order again is safe;
 * after it, the charge has to be looked for, because the order might be charged a second time.
 */
export const ORDER_REPEATABLE_MS = 23 * 3_600_000;
/** Stripe's search lags behind by a minute, in an outage by more: until then, what it does not find may be there. */
const SEARCH_LAG_MS = 30 * 60_000;

/**
 * Brings an undecided payment to the processor, or asks what became of it, and records the answer. A decided payment
 * is returned as it is. Safe to repeat and to run twice at once.
 *
 * @throws DomainError UNAVAILABLE `PROCESSOR_UNAVAILABLE` with the payment's id: it stays as it is, to be settled later;
 *   INVALID_ARGUMENT `SOURCE_NOT_FOUND`
 */
export async function settlePayment(
  parts: PaymentsParts,
  organizationId: string,
  paymentId: string,
): Promise<PaymentRow> {
  const { payment, source } = await load(parts, organizationId, paymentId);
  if (!isUndecided(payment.status)) return payment;
  let report: ChargeReport;
  try {
    report = await ask(parts, payment, source);
  } catch (error) {
    if (!isProcessorUnavailable(error)) throw error;
    parts.logger.warn({ err: error.cause, paymentId }, 'the processor did not answer');
    // Its webhook, or the same request sent twice at once, may have brought the answer meanwhile.
    const { payment: now } = await load(parts, organizationId, paymentId);
    if (isUndecided(now.status)) throw processorUnavailable(error.cause, { paymentId });
    return now;
  }
  return await record(parts, payment, report);
}

/** Ends a payment whose card the processor does not know, when nobody is there to be told so. */
export async function refuseUnknownSource(
  parts: PaymentsParts,
  organizationId: string,
  paymentId: string,
): Promise<PaymentRow> {
  const { payment } = await load(parts, organizationId, paymentId);
  const unknown = refusal('source_not_found', 'The processor knows no such card.');
  return await record(parts, payment, withoutCharge(payment, unknown));
}

async function load(
  parts: PaymentsParts,
  organizationId: string,
  paymentId: string,
): Promise<{ payment: PaymentRow; source: Buffer | null }> {
  const row = await parts.database.tenant(organizationId, (tx) => findPaymentWithSource(tx, organizationId, paymentId));
  // Taken back meanwhile: the same request came twice at once, with a card the processor does not know.
  if (!row) throw aborted('CONCURRENT_CHANGE', 'The same request was just refused; try again to hear why.');
  const { source = null, ...payment } = row;
  return { payment, source };
}

async function ask(parts: PaymentsParts, payment: PaymentRow, source: Buffer | null): Promise<ChargeReport> {
  const { organizationId, id, processorId, description } = payment;
  if (processorId) return await parts.processor.retrieveCharge(processorId);
  const ageMs = parts.clock.now().getTime() - payment.createdAt.getTime();
  if (ageMs > ORDER_REPEATABLE_MS) {
    const found = await parts.processor.findCharge(id);
    if (found) return found;
    if (ageMs > ORDER_REPEATABLE_MS + SEARCH_LAG_MS) return withoutCharge(payment, neverAnswered);
    throw processorUnavailable(new Error('a search finds no such charge, and may not know it yet'));
  }
  if (!source) throw new Error(`payment ${id} is pending without a card`);
  return await parts.processor.charge({
    paymentId: id,
    organizationId,
    amount: moneyOf(payment),
    source: parts.sealer.open(source, places.source(organizationId, id)),
    description,
  });
}

function withoutCharge(payment: PaymentRow, refused: Refusal): ChargeReport {
  const state = { kind: 'refused', refusal: refused } as const;
  return { processorId: null, state, amount: moneyOf(payment), card: null, data: '{}' };
}

function moneyOf({ currencyCode, amountMinor }: PaymentRow): Money {
  return { currencyCode, amountMinor };
}

async function record(parts: PaymentsParts, payment: PaymentRow, report: ChargeReport): Promise<PaymentRow> {
  const { organizationId, id } = payment;
  return await parts.database.tenant(organizationId, async (tx) => {
    await recordProcessorState(tx, parts, { organizationId, paymentId: id, about: { charge: report } });
    return await findPaymentOrFail(tx, organizationId, id);
  });
}
