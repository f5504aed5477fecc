import { type Call, ok, type Reply, type Scope, seconds } from '../call.ts';
import { noSuch } from '../errors.ts';
import { expand } from '../expand.ts';
import { objectId } from '../ids.ts';
import { listReply } from '../listing.ts';
import { type Refusal, refusals } from '../test-cards.ts';
import type { Charge, PaymentIntent } from './objects.ts';
import type { UsablePaymentMethod } from './payment-methods.ts';

/** One attempt to charge a card for an intent; `refusal` when the issuer said no. */
export async function recordCharge(
  scope: Scope,
  intent: PaymentIntent,
  method: UsablePaymentMethod,
  refusal?: Refusal,
): Promise<Charge> {
  const failed = refusal !== undefined;
  const charge: Charge = {
    id: objectId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: failed ? 0 : intent.amount,
    amount_refunded: 0,
    balance_transaction: failed ? null : objectId('txn'),
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    captured: !failed,
    created: seconds(scope.now),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_code: refusal ? refusals[refusal].code : null,
    failure_message: refusal ? refusals[refusal].message : null,
    livemode: false,
    metadata: intent.metadata,
    outcome: outcome(refusal),
    paid: !failed,
    payment_intent: intent.id,
    payment_method: method.body.id,
    payment_method_details: { card: method.body.card, type: 'card' },
    receipt_email: intent.receipt_email,
    refunded: false,
    status: failed ? 'failed' : 'succeeded',
  };
  await scope.tx.insert(charge, { behaviour: method.behaviour });
  return charge;
}

/** GET /v1/charges/:id */
export async function retrieveCharge({ id, params, tx }: Call): Promise<Reply> {
  const paths = params.list('expand');
  params.rejectUnknown();
  const stored = await tx.find<Charge>('charge', id);
  if (!stored) throw noSuch('charge', id, 'id');
  return ok(await expand(tx, stored.body, paths));
}

/** GET /v1/charges, filtered by `payment_intent`. */
export function listCharges(call: Call): Promise<Reply> {
  return listReply(call, 'charge', '/v1/charges', ['payment_intent']);
}

function outcome(refusal?: Refusal): object {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: refusal ? '01' : null,
    network_status: refusal ? 'declined_by_network' : 'approved_by_network',
    reason: refusal ? refusals[refusal].decline_code : null,
    risk_level: 'normal',
    seller_message: refusal ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: refusal ? 'issuer_declined' : 'authorized',
  };
}
