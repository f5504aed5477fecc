import type { ProcessorNotice } from '../domain/processor.ts';
import type { PaymentsParts } from '../parts.ts';
import { claimWebhookEvent } from '../store/webhook-events.ts';
import { recordProcessorState } from './record-processor-state.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes a webhook in, once however often it is delivered. What is about nothing of ours (another system on the same
 * Stripe account, say) is passed over.
 *
 * @returns whether it was about something of ours
 * @throws DomainError UNAVAILABLE or ABORTED when it has to be delivered again later
 */
export async function applyWebhook(parts: PaymentsParts, given: ProcessorNotice): Promise<boolean> {
  const notice = await withOwner(parts, given);
  const organizationId = uuidOf(notice.organizationId);
  if (!organizationId) return false;
  return await parts.database.tenant(organizationId, async (tx) => {
    if (!(await claimWebhookEvent(tx, organizationId, notice, parts.clock.now()))) return true;
    return await recordProcessorState(tx, parts, {
      organizationId,
      paymentId: uuidOf(notice.paymentId),
      refundId: uuidOf(notice.refundId),
      about: notice.about,
    });
  });
}

/**
 * A refund made in the processor's dashboard carries nothing of ours; the charge it is of does. Nobody here asked for it,
 * so the first we hear of it may be old: it is taken up as it stands now.
 */
async function withOwner({ processor }: PaymentsParts, notice: ProcessorNotice): Promise<ProcessorNotice> {
  const { about } = notice;
  if (notice.organizationId !== undefined || !('refund' in about)) return notice;
  const { chargeId, processorId } = about.refund;
  const owner = await processor.ownerOfCharge(chargeId);
  if (!owner || processorId === null) return notice;
  return { ...notice, ...owner, about: { refund: await processor.retrieveRefund(processorId) } };
}

function uuidOf(text: string | undefined): string | undefined {
  return text !== undefined && UUID.test(text) ? text : undefined;
}
