import { type Call, ok, type Reply, seconds } from '../call.ts';
import { invalidRequest, noSuch } from '../errors.ts';
import { expand } from '../expand.ts';
import { objectId } from '../ids.ts';
import { listReply, pageLimit } from '../listing.ts';
import type { Params } from '../params.ts';
import { attemptCharge } from './confirmation.ts';
import { emit } from './events.ts';
import type { PaymentIntent } from './objects.ts';
import { newPaymentMethod, type UsablePaymentMethod, usePaymentMethod } from './payment-methods.ts';

const MAX_AMOUNT = 99_999_999;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const CANCELLATION_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;
/** Accepted as at Stripe; for a card charged at once they change nothing. */
const WITHOUT_EFFECT = [
  'allowed_payment_method_types',
  'automatic_payment_methods',
  'confirmation_method',
  'excluded_payment_method_types',
  'off_session',
  'payment_method_options',
  'return_url',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'use_stripe_sdk',
];

/** POST /v1/payment_intents, confirmed at once with `confirm=true`. */
export async function createPaymentIntent(call: Call): Promise<Reply> {
  const { params, tx, now } = call;
  const amount = chargeableAmount(params);
  const currency = supportedCurrency(params);
  const confirm = params.boolean('confirm') ?? false;
  const captureMethod = params.oneOf('capture_method', ['automatic', 'automatic_async']) ?? 'automatic_async';
  const description = params.text('description', 1000) ?? null;
  const metadata = params.metadata();
  const receiptEmail = params.text('receipt_email', 800) ?? null;
  const errorOnAction = params.boolean('error_on_requires_action') ?? false;
  const method = await methodOf(call);
  const paths = finish(params);
  const id = objectId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: captureMethod,
    client_secret: `${id}_secret_${objectId('s').slice(2)}`,
    confirmation_method: 'automatic',
    created: seconds(now),
    currency,
    customer: null,
    description,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata,
    next_action: null,
    payment_method: method?.body.id ?? null,
    payment_method_types: ['card'],
    processing: null,
    receipt_email: receiptEmail,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  };
  if (confirm && !method) throw missingPaymentMethod();
  await tx.insert(intent);
  await emit(call, 'payment_intent.created', intent);
  if (!confirm || !method) return expanded(call, ok(intent), paths);
  return expanded(call, await attemptCharge(call, intent, method, errorOnAction), paths);
}

/** POST /v1/payment_intents/:id/confirm */
export async function confirmPaymentIntent(call: Call): Promise<Reply> {
  const intent = await loadForUpdate(call);
  const errorOnAction = call.params.boolean('error_on_requires_action') ?? false;
  const given = await methodOf(call);
  const paths = finish(call.params);
  if (!CONFIRMABLE.includes(intent.status)) {
    throw unexpectedState(`You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`);
  }
  const method = given ?? (intent.payment_method ? await usePaymentMethod(call, intent.payment_method) : undefined);
  if (!method) throw missingPaymentMethod();
  const confirmed = { ...intent, payment_method: method.body.id };
  return expanded(call, await attemptCharge(call, confirmed, method, errorOnAction), paths);
}

/** POST /v1/payment_intents/:id/cancel */
export async function cancelPaymentIntent(call: Call): Promise<Reply> {
  const intent = await loadForUpdate(call);
  const reason = call.params.oneOf('cancellation_reason', CANCELLATION_REASONS) ?? null;
  const paths = finish(call.params);
  if (!CONFIRMABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. ` +
        `Only a PaymentIntent with one of the following statuses may be canceled: ${CONFIRMABLE.join(', ')}.`,
    );
  }
  const canceled: PaymentIntent = {
    ...intent,
    canceled_at: seconds(call.now),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  };
  await call.tx.save(canceled);
  await emit(call, 'payment_intent.canceled', canceled);
  return expanded(call, ok(canceled), paths);
}

/** GET /v1/payment_intents/:id */
export async function retrievePaymentIntent(call: Call): Promise<Reply> {
  call.params.ignore('client_secret');
  const paths = finish(call.params);
  const stored = await call.tx.find<PaymentIntent>('payment_intent', call.id);
  if (!stored) throw noSuch('payment_intent', call.id, 'intent');
  return expanded(call, ok(stored.body), paths);
}

/** GET /v1/payment_intents */
export function listPaymentIntents(call: Call): Promise<Reply> {
  return listReply(call, 'payment_intent', '/v1/payment_intents', ['customer']);
}

/** GET /v1/payment_intents/search by one metadata pair: `metadata['order']:'7'`. Newest first, one page. */
export async function searchPaymentIntents({ params, tx }: Call): Promise<Reply> {
  const query = params.requiredText('query', 500);
  const limit = pageLimit(params);
  params.ignore('page', 'expand');
  params.rejectUnknown();
  const match = /^metadata\[(["'])([^"']{1,40})\1\]:(["'])([^"']{0,500})\3$/.exec(query.trim());
  if (!match) {
    throw invalidRequest("The sandbox searches by one metadata pair: metadata['key']:'value'.", { param: 'query' });
  }
  const metadata = { [match[2] as string]: match[4] as string };
  const page = await tx.list('payment_intent', { limit, containing: { metadata } });
  const url = '/v1/payment_intents/search';
  return ok({ object: 'search_result', url, has_more: page.hasMore, data: page.data, next_page: null });
}

async function loadForUpdate(call: Call): Promise<PaymentIntent> {
  const stored = await call.tx.findForUpdate<PaymentIntent>('payment_intent', call.id);
  if (!stored) throw noSuch('payment_intent', call.id, 'intent');
  return stored.body;
}

function chargeableAmount(params: Params): number {
  const amount = params.requiredInteger('amount');
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount > MAX_AMOUNT) {
    throw invalidRequest(`Amount must be no more than ${MAX_AMOUNT}.`, { code: 'amount_too_large', param: 'amount' });
  }
  return amount;
}

function supportedCurrency(params: Params): string {
  const currency = params.requiredText('currency', 3).toLowerCase();
  if (!CURRENCIES.has(currency)) {
    throw invalidRequest(`Invalid currency: ${currency}.`, { param: 'currency' });
  }
  return currency;
}

async function methodOf(call: Call): Promise<UsablePaymentMethod | undefined> {
  const id = call.params.text('payment_method', 255);
  const data = call.params.nested('payment_method_data');
  if (id !== undefined && data) {
    throw invalidRequest('You may only specify one of these parameters: payment_method, payment_method_data.', {
      code: 'parameters_exclusive',
    });
  }
  if (id !== undefined) return usePaymentMethod(call, id);
  if (!data) return undefined;
  const method = await newPaymentMethod(call, data, 'payment_method_data');
  data.rejectUnknown();
  return method;
}

function finish(params: Params): string[] {
  const paths = params.list('expand');
  params.ignore(...WITHOUT_EFFECT);
  params.rejectUnknown();
  return paths;
}

async function expanded(call: Call, reply: Reply, paths: string[]): Promise<Reply> {
  return reply.status === 200 ? ok(await expand(call.tx, reply.body, paths)) : reply;
}

function missingPaymentMethod() {
  return unexpectedState(
    "You cannot confirm this PaymentIntent because it's missing a payment method. " +
      'Provide one with payment_method or payment_method_data.',
  );
}

function unexpectedState(message: string) {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state' });
}
