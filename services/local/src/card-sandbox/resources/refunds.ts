import { type Call, ok, type Reply, type Scope, seconds } from '../call.ts';
import { invalidRequest, noSuch } from '../errors.ts';
import { expand } from '../expand.ts';
import { objectId } from '../ids.ts';
import { listReply } from '../listing.ts';
import { emit } from './events.ts';
import type { Charge, PaymentIntent, Refund } from './objects.ts';

/** How long a test card's odd refund stays as it first was. */
const ODD_REFUND_MS = 1000;
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** POST /v1/refunds for a `charge` or `payment_intent`: all that is left, or `amount`; never more than is left. */
export async function createRefund(call: Call): Promise<Reply> {
  const { params, tx, now } = call;
  const amountAsked = params.integer('amount');
  const reason = params.oneOf('reason', REASONS) ?? null;
  const metadata = params.metadata();
  const { charge, behaviour } = await lockCharge(call);
  const paths = params.list('expand');
  params.rejectUnknown();
  const amount = refundable(charge, amountAsked);
  const refund: Refund = {
    id: objectId('re'),
    object: 'refund',
    amount,
    balance_transaction: objectId('txn'),
    charge: charge.id,
    created: seconds(now),
    currency: charge.currency,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    status: behaviour === 'refund_pending' ? 'pending' : 'succeeded',
  };
  await tx.insert(refund);
  await changeRefunded(call, charge, amount);
  await emit(call, 'refund.created', refund);
  const oddly = behaviour === 'refund_pending' ? 'finish_refund' : behaviour === 'refund_fails' ? 'fail_refund' : '';
  if (oddly) await tx.schedule(oddly, refund.id, new Date(now.getTime() + ODD_REFUND_MS));
  return ok(await expand(tx, refund, paths));
}

/** GET /v1/refunds/:id */
export async function retrieveRefund({ id, params, tx }: Call): Promise<Reply> {
  const paths = params.list('expand');
  params.rejectUnknown();
  const stored = await tx.find<Refund>('refund', id);
  if (!stored) throw noSuch('refund', id, 'id');
  return ok(await expand(tx, stored.body, paths));
}

/** GET /v1/refunds, filtered by `charge` or `payment_intent`. */
export function listRefunds(call: Call): Promise<Reply> {
  return listReply(call, 'refund', '/v1/refunds', ['charge', 'payment_intent']);
}

/** What becomes of the refund of an odd test card: `finish_refund` succeeds, `fail_refund` gives the money back. */
export async function endOddRefund(scope: Scope, id: string, action: 'finish_refund' | 'fail_refund'): Promise<void> {
  const stored = await scope.tx.findForUpdate<Refund>('refund', id);
  if (!stored) return;
  if (action === 'finish_refund') {
    const finished: Refund = { ...stored.body, status: 'succeeded' };
    await scope.tx.save(finished);
    await emit(scope, 'refund.updated', finished);
    return;
  }
  const failed: Refund = { ...stored.body, status: 'failed', failure_reason: 'expired_or_canceled_card' };
  await scope.tx.save(failed);
  const charge = await scope.tx.findForUpdate<Charge>('charge', failed.charge);
  if (charge) await changeRefunded(scope, charge.body, -failed.amount);
  await emit(scope, 'refund.updated', failed);
  await emit(scope, 'refund.failed', failed);
}

async function lockCharge(call: Call): Promise<{ charge: Charge; behaviour: unknown }> {
  const chargeId = call.params.text('charge', 255);
  const intentId = call.params.text('payment_intent', 255);
  if (!chargeId && !intentId) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.');
  }
  const id = chargeId ?? (await latestCharge(call, intentId as string));
  const stored = await call.tx.findForUpdate<Charge>('charge', id);
  if (!stored) throw noSuch('charge', id, 'charge');
  if (intentId && stored.body.payment_intent !== intentId) {
    throw invalidRequest(`Charge ${id} does not belong to PaymentIntent ${intentId}.`, { param: 'payment_intent' });
  }
  return { charge: stored.body, behaviour: stored.internal.behaviour };
}

async function latestCharge(call: Call, intentId: string): Promise<string> {
  const intent = await call.tx.find<PaymentIntent>('payment_intent', intentId);
  if (!intent) throw noSuch('payment_intent', intentId, 'payment_intent');
  if (intent.body.status !== 'succeeded' || !intent.body.latest_charge) {
    throw invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  return intent.body.latest_charge;
}

function refundable(charge: Charge, asked: number | undefined): number {
  if (charge.status !== 'succeeded') {
    throw invalidRequest(`Charge ${charge.id} did not succeed and cannot be refunded.`, {
      code: 'charge_not_refundable',
      param: 'charge',
    });
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const amount = asked ?? left;
  if (amount < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amount > left) {
    throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    });
  }
  return amount;
}

async function changeRefunded(scope: Scope, charge: Charge, change: number): Promise<void> {
  const amountRefunded = charge.amount_refunded + change;
  const changed = { ...charge, amount_refunded: amountRefunded, refunded: amountRefunded === charge.amount };
  await scope.tx.save(changed);
  await emit(scope, change > 0 ? 'charge.refunded' : 'charge.updated', changed);
}
