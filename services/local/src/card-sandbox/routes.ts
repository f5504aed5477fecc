import type { Handler } from './call.ts';
import { listCharges, retrieveCharge } from './resources/charges.ts';
import { listEvents, retrieveEvent } from './resources/events.ts';
import {
  cancelPaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
  searchPaymentIntents,
} from './resources/payment-intents.ts';
import { createPaymentMethod, retrievePaymentMethod } from './resources/payment-methods.ts';
import { createRefund, listRefunds, retrieveRefund } from './resources/refunds.ts';
import { createToken, retrieveToken } from './resources/tokens.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handler: Handler;
  /** A browser may call it, with the publishable key. */
  readonly publishable?: boolean;
}

const ID = '([A-Za-z0-9_]{1,255})';

const routes: readonly Route[] = [
  route('POST', '/v1/tokens', createToken, true),
  route('GET', `/v1/tokens/${ID}`, retrieveToken),
  route('POST', '/v1/payment_methods', createPaymentMethod, true),
  route('GET', `/v1/payment_methods/${ID}`, retrievePaymentMethod),
  route('POST', '/v1/payment_intents', createPaymentIntent),
  route('GET', '/v1/payment_intents', listPaymentIntents),
  route('GET', '/v1/payment_intents/search', searchPaymentIntents),
  route('GET', `/v1/payment_intents/${ID}`, retrievePaymentIntent),
  route('POST', `/v1/payment_intents/${ID}/confirm`, confirmPaymentIntent),
  route('POST', `/v1/payment_intents/${ID}/cancel`, cancelPaymentIntent),
  route('POST', '/v1/refunds', createRefund),
  route('GET', '/v1/refunds', listRefunds),
  route('GET', `/v1/refunds/${ID}`, retrieveRefund),
  route('GET', '/v1/charges', listCharges),
  route('GET', `/v1/charges/${ID}`, retrieveCharge),
  route('GET', '/v1/events', listEvents),
  route('GET', `/v1/events/${ID}`, retrieveEvent),
];

function route(method: Route['method'], path: string, handler: Handler, publishable = false): Route {
  return { method, path: new RegExp(`^${path}$`), handler, publishable };
}

/** The handler of a request and the id in its path, or undefined when there is none. */
export function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  for (const each of routes) {
    const match = each.method === method ? each.path.exec(path) : null;
    if (match) return { route: each, id: match[1] ?? '' };
  }
  return undefined;
}
