import type { EntityManager } from 'typeorm';
import type { ChargeReport, RefundReport } from '../domain/processor.ts';
import type { PaymentsParts } from '../parts.ts';
import { recordCharge } from './record-charge.ts';
import { recordRefund } from './record-refund.ts';

/** What the processor says of a charge or refund, and which of ours it is said to be. */
export interface ProcessorWord {
  readonly organizationId: string;
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly about: { readonly charge: ChargeReport } | { readonly refund: RefundReport };
}

/**
 * Takes the processor's word into the running tenant transaction: the one way in for a reply to a request of ours, a
 * webhook and a reconciliation alike. Words may come late, twice, out of order and at once; each change is made once,
 * and its event is appended in the same transaction.
 *
 * @returns false when it is about nothing of this organization's
 */
export async function recordProcessorState(
  tx: EntityManager,
  parts: PaymentsParts,
  word: ProcessorWord,
): Promise<boolean> {
  const { organizationId, paymentId, refundId, about } = word;
  if ('charge' in about) return await recordCharge(tx, parts, { organizationId, paymentId, report: about.charge });
  return await recordRefund(tx, parts, { organizationId, paymentId, refundId, report: about.refund });
}
