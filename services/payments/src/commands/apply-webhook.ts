import type { ChargeOwner, ChargeReport, RefundReport } from '../domain/processor.ts';
import type { PaymentsParts } from '../parts.ts';
import { claimWebhookEvent } from '../store/webhook-events.ts';
import { recordProcessorState } from './record-processor-state.ts';

/** A webhook whose signature was checked. The ids are what is written on the object: a claim, checked against our rows. */
export interface WebhookNotice {
  readonly eventId: string;
  readonly type: string;
  readonly organizationId: string | undefined;
  readonly paymentId: string | undefined;
  readonly refundId: string | undefined;
  readonly about: { readonly charge: ChargeReport } | { readonly refund: RefundReport };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes a webhook in, once however often it is delivered. What is about nothing of ours (another system on the same
 * Stripe account, say) is passed over.
 *
 * @returns whether it was about something of ours
 * @throws DomainError UNAVAILABLE or ABORTED when it has to be delivered again later
 */
export async function applyWebhook(parts: PaymentsParts, notice: WebhookNotice): Promise<boolean> {
  const { organizationId, paymentId } = await ownerOf(parts, notice);
  if (!organizationId) return false;
  return await parts.database.tenant(organizationId, async (tx) => {
    if (!(await claimWebhookEvent(tx, organizationId, notice, parts.clock.now()))) return true;
    const { about } = notice;
    return await recordProcessorState(tx, parts, {
      organizationId,
      paymentId,
      refundId: uuidOf(notice.refundId),
      about,
    });
  });
}

/** A refund made in the processor's dashboard carries nothing of ours; the charge it is of does. */
async function ownerOf(parts: PaymentsParts, notice: WebhookNotice): Promise<Partial<ChargeOwner>> {
  const { about } = notice;
  const owner =
    notice.organizationId === undefined && 'refund' in about
      ? await parts.processor.ownerOfCharge(about.refund.chargeId)
      : notice;
  return { organizationId: uuidOf(owner?.organizationId), paymentId: uuidOf(owner?.paymentId) };
}

function uuidOf(text: string | undefined): string | undefined {
  return text !== undefined && UUID.test(text) ? text : undefined;
}
