import { type Call, ok, type Reply, type Scope, seconds } from '../call.ts';
import { invalidRequest, noSuch } from '../errors.ts';
import { objectId } from '../ids.ts';
import type { Params } from '../params.ts';
import { type Behaviour, cardOfPaymentMethod } from '../test-cards.ts';
import { type CardDetails, cardBody, defaultExpiry, detailsOf, typedCard } from './cards.ts';
import type { PaymentMethod } from './objects.ts';
import { redeemToken } from './tokens.ts';

export interface UsablePaymentMethod {
  readonly body: PaymentMethod;
  readonly behaviour: Behaviour;
}

/** POST /v1/payment_methods with `type=card` and `card[token]` or a typed-in test card. */
export async function createPaymentMethod(call: Call): Promise<Reply> {
  const created = await newPaymentMethod(call, call.params, '');
  call.params.ignore('expand');
  call.params.rejectUnknown();
  return ok(created.body);
}

/** GET /v1/payment_methods/:id; a published id such as `pm_card_visa` gives a fresh payment method, as at Stripe. */
export async function retrievePaymentMethod(call: Call): Promise<Reply> {
  call.params.ignore('expand');
  call.params.rejectUnknown();
  return ok((await usePaymentMethod(call, call.id)).body);
}

/** Makes a payment method from `type`, `card`, `billing_details` and `metadata` in `params`. */
export async function newPaymentMethod(scope: Scope, params: Params, prefix: string): Promise<UsablePaymentMethod> {
  params.oneOf('type', ['card']);
  params.ignore('billing_details', 'allow_redisplay', 'radar_options');
  const metadata = params.metadata();
  const card = params.nested('card');
  const named = (name: string) => (prefix ? `${prefix}[${name}]` : name);
  if (!card) {
    throw invalidRequest(`Missing required param: ${named('card')}.`, {
      code: 'parameter_missing',
      param: named('card'),
    });
  }
  const token = card.text('token', 255);
  if (token !== undefined) card.rejectUnknown();
  const details = token
    ? await redeemToken(scope.tx, token, `${named('card')}[token]`, scope.now)
    : typedCard(card, scope.now);
  return store(scope, details, metadata);
}

/** The payment method of this id: one made here, or a fresh one of a published test card. */
export async function usePaymentMethod(scope: Scope, id: string): Promise<UsablePaymentMethod> {
  const published = cardOfPaymentMethod(id);
  if (published) return store(scope, detailsOf(published, defaultExpiry(scope.now)), {});
  const stored = await scope.tx.find<PaymentMethod>('payment_method', id);
  if (!stored) throw noSuch('PaymentMethod', id, 'payment_method');
  return { body: stored.body, behaviour: stored.internal.behaviour as Behaviour };
}

async function store(
  scope: Scope,
  details: CardDetails,
  metadata: Record<string, string>,
): Promise<UsablePaymentMethod> {
  const body: PaymentMethod = {
    id: objectId('pm'),
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: cardBody(details, true) as PaymentMethod['card'],
    created: seconds(scope.now),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata,
    type: 'card',
  };
  await scope.tx.insert(body, { behaviour: details.behaviour });
  return { body, behaviour: details.behaviour };
}
