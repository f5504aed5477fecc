import type { Payment } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import Stripe from 'stripe';
import { createPayment } from '../src/commands/create-payment.ts';
import { stripeWebhook } from '../src/rpc/stripe-webhook.ts';
import { type Fixture, type PaymentClient, startFixture } from './fixture.ts';
import { webhookSecret } from './sandbox.ts';

/** Payments, the processor with its webhooks, and for each test an organization of its own. */
export interface WebhookScene {
  readonly fixture: Fixture;
  readonly webhooks: Webhooks;
  /** Of the test's organization. */
  readonly client: PaymentClient;
  /** Everything the processor has to say about it, oldest first. */
  processorEvents(): Promise<Stripe.Event[]>;
  /** The topics of the events written for it, in their order. */
  topics(): Promise<string[]>;
  payment(id: string): Promise<Payment>;
  /** A payment whose process died after the processor had decided: only webhooks can tell now. Gives its id. */
  unheard(source?: string): Promise<string>;
  /** Makes `client` good again once the clock has been advanced past its token. */
  signInAgain(): Promise<void>;
}

/** Sets up a test file about webhooks; what it gives is there once its tests run. */
export function webhookScene(): WebhookScene {
  let fixture: Fixture;
  let webhooks: Webhooks;
  let client: PaymentClient;
  beforeAll(async () => {
    fixture = await startFixture({ retries: 0 });
    webhooks = webhooksOf(fixture);
  });
  afterAll(() => fixture.stop());
  beforeEach(async () => {
    await fixture.sandbox.control('reset');
    client = await fixture.client();
  });
  return {
    get fixture() {
      return fixture;
    },
    get webhooks() {
      return webhooks;
    },
    get client() {
      return client;
    },
    processorEvents: () => webhooks.eventsOf(client.organizationId),
    topics: async () => (await fixture.events(client.organizationId)).map(({ topic }) => topic),
    async payment(id) {
      const { payment } = await client.getPayment({ id });
      if (!payment) throw new Error('the reply has no payment');
      return payment;
    },
    unheard: (source) => unheardPayment(fixture, client.organizationId, source),
    async signInAgain() {
      client = await fixture.client({ organizationId: client.organizationId });
    },
  };
}

/** The processor's side of the webhook endpoint. */
interface Webhooks {
  /** The `Stripe-Signature` of a body sent now. */
  sign(body: string): string;
  /** Posts a body as the processor would, signed now unless a signature is given; gives the status. */
  post(body: string, signature?: string): Promise<number>;
  /** Posts events one after another; gives the statuses that came back. */
  deliver(events: readonly Stripe.Event[]): Promise<Set<number>>;
  /** Everything the processor has to say about an organization, oldest first. */
  eventsOf(organizationId: string): Promise<Stripe.Event[]>;
}

function webhooksOf({ parts, clock, sandbox }: Fixture): Webhooks {
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

async function unheardPayment(fixture: Fixture, organizationId: string, source = 'tok_visa'): Promise<string> {
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
