import Stripe from 'stripe';
import { createPayment } from '../src/commands/create-payment.ts';
import { stripeWebhook } from '../src/rpc/stripe-webhook.ts';
import type { Fixture } from './fixture.ts';
import { webhookSecret } from './sandbox.ts';

/** The processor's side of the webhook endpoint. */
export interface Webhooks {
  /** The `Stripe-Signature` of a body sent now. */
  sign(body: string): string;
  /** Posts a body as the processor would, signed now unless a signature is given; gives the status. */
  post(body: string, signature?: string): Promise<number>;
  /** Posts events one after another; gives the statuses that came back. */
  deliver(events: readonly Stripe.Event[]): Promise<Set<number>>;
  /** Everything the processor has to say about an organization, oldest first. */
  eventsOf(organizationId: string): Promise<Stripe.Event[]>;
}

export function webhooksOf({ parts, clock, sandbox }: Fixture): Webhooks {
  const route = stripeWebhook({ parts, secret: webhookSecret });
  const sign = (payload: string) => {
    const timestamp = Math.floor(clock.now().getTime() / 1000);
    return Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
  };
  const post = async (body: string, signature = sign(body)) => {
    const { status } = await route.handle({
      headers: { 'stripe-signature': signature },
      query: new URLSearchParams(),
      rawBody: Buffer.from(body),
      remoteAddress: '127.0.0.1',
    });
    return status;
  };
  return {
    sign,
    post,
    async deliver(events) {
      const answers: number[] = [];
      for (const event of events) answers.push(await post(JSON.stringify(event)));
      return new Set(answers);
    },
    async eventsOf(organizationId) {
      const all = await sandbox.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
      return all.filter((event) => JSON.stringify(event).includes(organizationId)).reverse();
    },
  };
}

class Crash extends Error {}

/** A payment whose process died after the processor had decided: only webhooks can tell now. Gives its id. */
export async function unheardPayment(fixture: Fixture, organizationId: string, source = 'tok_visa'): Promise<string> {
  const parts = fixture.withProcessor((processor) => ({
    charge: async (order) => {
      await processor.charge(order);
      throw new Crash('killed here');
    },
  }));
  const request = {
    amount: { currencyCode: 'USD', amountMinor: 1000n },
    source,
    invoiceId: null,
    description: '',
    metadata: {},
    key: undefined,
  };
  const outcome = await createPayment(parts, fixture.member(organizationId), request).catch((error: unknown) => error);
  if (!(outcome instanceof Crash)) throw new Error('the payment was heard of', { cause: outcome });
  const sql = `select id from payments where organization_id = $1 and status = 'PENDING'`;
  const [row] = await fixture.rows<{ id: string }>(sql, [organizationId]);
  if (!row) throw new Error('there is no pending payment');
  return row.id;
}
