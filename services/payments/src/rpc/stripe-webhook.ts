import { DomainError } from '@finflow/chassis/errors';
import { type HttpRoute, jsonReply } from '@finflow/chassis/rpc/server';
import { applyWebhook } from '../commands/apply-webhook.ts';
import { ForgedWebhook, readWebhook } from '../gateways/stripe-webhooks.ts';
import type { PaymentsParts } from '../parts.ts';

export interface StripeWebhookOptions {
  readonly parts: PaymentsParts;
  /** The endpoint's signing secret, `whsec_…`. */
  readonly secret: string;
}

/**
 * `POST /webhooks/stripe`. 200 once the event is applied, or means nothing to us; 400 when it is not signed by Stripe; 503
 * when it has to be delivered again later.
 */
export function stripeWebhook({ parts, secret }: StripeWebhookOptions): HttpRoute {
  const { clock, logger } = parts;
  return {
    method: 'POST',
    path: '/webhooks/stripe',
    async handle({ headers, rawBody }) {
      try {
        const signature = headers['stripe-signature'];
        const notice = readWebhook(rawBody, typeof signature === 'string' ? signature : '', secret, clock.now());
        const applied = notice !== undefined && (await applyWebhook(parts, notice));
        logger.debug({ type: notice?.type, applied }, 'webhook');
        return jsonReply(200, { received: true });
      } catch (error) {
        if (error instanceof ForgedWebhook) {
          logger.warn({ reason: error.message.split('\n')[0] }, 'a webhook was not signed by the processor');
          return jsonReply(400, { error: 'the signature does not fit the body, or is too old' });
        }
        if (error instanceof DomainError) {
          logger.warn({ err: error }, 'a webhook could not be applied yet');
          return jsonReply(503, { error: error.reason });
        }
        throw error;
      }
    },
  };
}
