import Stripe from 'stripe';
import type { ProcessorNotice } from '../domain/processor.ts';
import { metadataKeys } from './stripe-processor.ts';
import { reportOfCharge, reportOfIntent, reportOfRefund } from './stripe-reports.ts';

/** The signature does not fit the body, or is too old. */
export class ForgedWebhook extends Error {}

/** Five minutes, as Stripe's own libraries have it: an older delivery may be a replay. */
const TOLERANCE_S = 300;

/**
 * Checks the signature over the raw body, and reads the event. Undefined for one that means nothing to us.
 *
 * @throws ForgedWebhook
 */
export function readWebhook(
  rawBody: Buffer,
  signature: string,
  secret: string,
  now: Date,
): ProcessorNotice | undefined {
  let event: Stripe.Event;
  try {
    event = Stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_S, undefined, now.getTime());
  } catch (error) {
    // A signed body that is not JSON never comes from Stripe either.
    throw new ForgedWebhook((error as Error).message, { cause: error });
  }
  return noticeOf(event);
}

/** The types of event that mean something here: what the endpoint at Stripe should be sent. */
export const webhookEventTypes = [
  'payment_intent.succeeded',
  'payment_intent.processing',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.succeeded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refund.updated',
] as const;

function noticeOf(event: Stripe.Event): ProcessorNotice | undefined {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.processing':
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled':
      return notice(event, event.data.object.metadata, { charge: reportOfIntent(event.data.object) });
    case 'charge.succeeded': {
      const charge = reportOfCharge(event.data.object);
      return charge && notice(event, event.data.object.metadata, { charge });
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated': {
      const refund = reportOfRefund(event.data.object);
      return refund && notice(event, event.data.object.metadata, { refund });
    }
    default:
      return undefined;
  }
}

function notice(
  event: Stripe.Event,
  metadata: Stripe.Metadata | null,
  about: ProcessorNotice['about'],
): ProcessorNotice {
  return {
    eventId: event.id,
    type: event.type,
    organizationId: metadata?.[metadataKeys.organization],
    paymentId: metadata?.[metadataKeys.payment],
    refundId: metadata?.[metadataKeys.refund],
    about,
  };
}
