import type { Money } from '@finflow/chassis/money';
import Stripe from 'stripe';
import {
  type ChargeOrder,
  type ChargeOwner,
  type ChargeReport,
  isSourceNotFound,
  type Processor,
  type RefundOrder,
  type RefundReport,
} from '../domain/processor.ts';
import { refusal } from '../domain/refusal.ts';
import { toStripeAmount } from './stripe-amount.ts';
import { faultOf, isMissing, refusalOrThrow } from './stripe-errors.ts';
import { cardOf, reportOfIntent, reportOfRefund } from './stripe-reports.ts';

/** The metadata keys by which an intent or refund is known again. */
export const metadataKeys = {
  organization: 'finflow_organization_id',
  payment: 'finflow_payment_id',
  refund: 'finflow_refund_id',
} as const;

const EXPAND = ['latest_charge'];
/** The most that Stripe gives at once. */
const PAGE_SIZE = 100;

export interface StripeOptions {
  readonly secretKey: string;
  /** Base URL of a server that speaks Stripe's API; Stripe itself when absent. */
  readonly baseUrl?: string;
  readonly timeoutMs: number;
  /** Tries after the first, each with the same idempotency key; 2 unless given. More belong to the reconciliation. */
  readonly retries?: number;
}

/** The official SDK, pointed at Stripe or at another server that speaks its API. */
export function stripeClient({ secretKey, baseUrl, timeoutMs, retries = 2 }: StripeOptions): Stripe {
  return new Stripe(secretKey, {
    ...(baseUrl ? addressOf(new URL(baseUrl)) : {}),
    timeout: timeoutMs,
    maxNetworkRetries: retries,
    telemetry: false,
    appInfo: { name: 'FinFlow' },
  });
}

function addressOf(url: URL): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443), protocol };
}

/** The processor port on Stripe's payment intents: created and confirmed in one request, for cards only. */
export class StripeProcessor implements Processor {
  readonly #stripe: Stripe;

  constructor(stripe: Stripe) {
    this.#stripe = stripe;
  }

  async charge(order: ChargeOrder): Promise<ChargeReport> {
    const amount = toStripeAmount(order.amount);
    if (amount === undefined) {
      return withoutIntent(order, 'amount_not_chargeable', inexpressible(order.amount));
    }
    try {
      const intent = await this.#stripe.paymentIntents.create(
        {
          amount,
          currency: order.amount.currencyCode.toLowerCase(),
          confirm: true,
          // Nobody is there to answer a 3D Secure challenge, so asking for one is a refusal.
          error_on_requires_action: true,
          allowed_payment_method_types: ['card'],
          description: order.description || undefined,
          metadata: {
            [metadataKeys.organization]: order.organizationId,
            [metadataKeys.payment]: order.paymentId,
          },
          expand: EXPAND,
          ...sourceOf(order.source),
        },
        { idempotencyKey: order.paymentId },
      );
      return await this.#final(intent);
    } catch (error) {
      return refusedCharge(order, error);
    }
  }

  async retrieveCharge(processorId: string): Promise<ChargeReport> {
    return this.#ask(async () => {
      const intent = await this.#stripe.paymentIntents.retrieve(processorId, { expand: EXPAND });
      return this.#final(intent);
    });
  }

  async findCharge(paymentId: string): Promise<ChargeReport | undefined> {
    return this.#ask(async () => {
      const query = `metadata['${metadataKeys.payment}']:'${paymentId}'`;
      const found = await this.#stripe.paymentIntents.search({ query, limit: 1 });
      const [intent] = found.data;
      return intent && this.retrieveCharge(intent.id);
    });
  }

  async refund(order: RefundOrder): Promise<RefundReport> {
    const amount = toStripeAmount(order.amount);
    if (amount === undefined) return withoutRefund(order, inexpressible(order.amount));
    try {
      const refund = await this.#stripe.refunds.create(
        {
          payment_intent: order.chargeId,
          amount,
          metadata: {
            [metadataKeys.organization]: order.organizationId,
            [metadataKeys.payment]: order.paymentId,
            [metadataKeys.refund]: order.refundId,
          },
        },
        { idempotencyKey: order.refundId },
      );
      return known(reportOfRefund(refund));
    } catch (error) {
      return withoutRefund(order, refusalOrThrow(error).message, errorData(error));
    }
  }

  async retrieveRefund(processorId: string): Promise<RefundReport> {
    return this.#ask(async () => known(reportOfRefund(await this.#stripe.refunds.retrieve(processorId))));
  }

  async findRefund(order: RefundOrder): Promise<RefundReport | undefined> {
    return this.#ask(async () => {
      for await (const refund of this.#stripe.refunds.list({ payment_intent: order.chargeId, limit: PAGE_SIZE })) {
        if (refund.metadata?.[metadataKeys.refund] === order.refundId) return reportOfRefund(refund);
      }
      return undefined;
    });
  }

  async ownerOfCharge(processorId: string): Promise<ChargeOwner | undefined> {
    try {
      const { metadata } = await this.#stripe.paymentIntents.retrieve(processorId);
      const { [metadataKeys.organization]: organizationId, [metadataKeys.payment]: paymentId } = metadata;
      return organizationId && paymentId ? { organizationId, paymentId } : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw faultOf(error);
    }
  }

  /** An intent that waits for its card's holder would wait for ever: it is cancelled, which is a refusal. */
  async #final(intent: Stripe.PaymentIntent): Promise<ChargeReport> {
    if (intent.status !== 'requires_action') return reportOfIntent(intent);
    const canceled = await this.#stripe.paymentIntents.cancel(intent.id, { expand: EXPAND });
    const message = 'The card asks for authentication by its holder.';
    return {
      ...reportOfIntent(canceled),
      state: { kind: 'refused', refusal: refusal('authentication_required', message) },
    };
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw faultOf(error);
    }
  }
}

function sourceOf(source: string): Partial<Stripe.PaymentIntentCreateParams> {
  if (!source.startsWith('tok_')) return { payment_method: source };
  // The SDK's types leave tokens out to discourage them; the API takes them.
  return {
    payment_method_data: { type: 'card', card: { token: source } },
  } as Partial<Stripe.PaymentIntentCreateParams>;
}

function refusedCharge(order: ChargeOrder, error: unknown): ChargeReport {
  if (isSourceNotFound(error)) throw error;
  const refused = refusalOrThrow(error);
  const { payment_intent: intent, payment_method: method } = error as Stripe.errors.StripeError;
  if (!intent) return { ...withoutIntent(order, refused.code, refused.message), data: errorData(error) };
  return {
    ...reportOfIntent(intent as Stripe.PaymentIntent),
    state: { kind: 'refused', refusal: refused },
    card: cardOf((method as Stripe.PaymentMethod | undefined)?.card),
  };
}

function withoutIntent(order: ChargeOrder, code: string, message: string): ChargeReport {
  return {
    processorId: null,
    state: { kind: 'refused', refusal: refusal(code, message) },
    amount: order.amount,
    card: null,
    data: '{}',
  };
}

function withoutRefund({ chargeId, amount }: RefundOrder, message: string, data = '{}'): RefundReport {
  return { processorId: null, chargeId, amount, state: { kind: 'failed', message }, data };
}

function inexpressible({ currencyCode, amountMinor }: Money): string {
  return `The processor has no amount of ${amountMinor} minor units in the currency ${currencyCode}: round it.`;
}

function errorData(error: unknown): string {
  const { type, code, message, requestId } = error as Stripe.errors.StripeError;
  return JSON.stringify({ error: { type, code, message, requestId } });
}

function known(report: RefundReport | undefined): RefundReport {
  if (!report) throw new Error('Stripe gave a refund of a charge without a payment intent.');
  return report;
}
