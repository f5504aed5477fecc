import { type Call, ok, type Reply, seconds } from '../call.ts';
import { invalidRequest, noSuch } from '../errors.ts';
import { objectId } from '../ids.ts';
import type { Transaction } from '../store.ts';
import { cardOfToken } from '../test-cards.ts';
import { type CardDetails, defaultExpiry, detailsOf, tokenCardBody, typedCard } from './cards.ts';
import type { Token } from './objects.ts';

/** POST /v1/tokens: exchanges a typed-in test card for a token that can be used once. */
export async function createToken({ params, tx, now }: Call): Promise<Reply> {
  const card = params.nested('card');
  if (!card) throw invalidRequest('Missing required param: card.', { code: 'parameter_missing', param: 'card' });
  params.rejectUnknown();
  const details = typedCard(card, now);
  const token: Token = {
    id: objectId('tok'),
    object: 'token',
    card: tokenCardBody(details, now),
    client_ip: null,
    created: seconds(now),
    livemode: false,
    type: 'card',
    used: false,
  };
  await tx.insert(token, { card: details });
  return ok(token);
}

/** GET /v1/tokens/:id */
export async function retrieveToken({ id, params, tx }: Call): Promise<Reply> {
  params.rejectUnknown();
  const stored = await tx.find('token', id);
  if (!stored) throw noSuch('token', id, 'token');
  return ok(stored.body);
}

/**
 * The card behind a token. Published tokens such as `tok_visa` can be used again and again; a token made here once,
 * and whoever comes second gets `token_already_used`.
 */
export async function redeemToken(tx: Transaction, id: string, param: string, now: Date): Promise<CardDetails> {
  const published = cardOfToken(id);
  if (published) return detailsOf(published, defaultExpiry(now));
  const stored = await tx.findForUpdate<Token>('token', id);
  if (!stored) throw noSuch('token', id, param);
  if (stored.body.used) {
    const message = `You cannot use a Stripe token more than once: ${id}.`;
    throw invalidRequest(message, { code: 'token_already_used', param });
  }
  await tx.save({ ...stored.body, used: true });
  return stored.internal.card as CardDetails;
}
