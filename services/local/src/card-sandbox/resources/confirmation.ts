import { ok, type Reply, type Scope } from '../call.ts';
import { SandboxError } from '../errors.ts';
import { type Refusal, refusals } from '../test-cards.ts';
import { recordCharge } from './charges.ts';
import { emit } from './events.ts';
import type { PaymentIntent } from './objects.ts';
import { type UsablePaymentMethod, usePaymentMethod } from './payment-methods.ts';

/**
 * Charges the intent's card and answers as Stripe does: the intent when it succeeded, is `processing` or
 * `requires_action`; a 402 `card_error` carrying the intent when the issuer refused. With `errorOnAction` a card that
 * asks for 3D Secure is refused with `authentication_required` instead of waiting for its holder.
 */
export async function attemptCharge(
  scope: Scope,
  intent: PaymentIntent,
  method: UsablePaymentMethod,
  errorOnAction: boolean,
): Promise<Reply> {
  const { behaviour } = method;
  if (behaviour === 'authenticate') {
    return errorOnAction
      ? refuse(scope, intent, method, 'authentication_required')
      : ok(await waitForHolder(scope, intent));
  }
  if (isRefusal(behaviour)) return refuse(scope, intent, method, behaviour);
  const slow = scope.control.takeSettlement();
  if (slow) {
    const processing: PaymentIntent = { ...intent, status: 'processing' };
    await scope.tx.save(processing);
    await emit(scope, 'payment_intent.processing', processing);
    const due = new Date(scope.now.getTime() + slow.afterMs);
    await scope.tx.schedule(slow.outcome === 'succeeded' ? 'settle' : 'decline', intent.id, due);
    return ok(processing);
  }
  return ok(await succeed(scope, intent, method));
}

/** Ends an intent that was `processing`. An intent that is no longer processing is left alone. */
export async function settleProcessing(scope: Scope, intentId: string, outcome: 'settle' | 'decline'): Promise<void> {
  const stored = await scope.tx.findForUpdate<PaymentIntent>('payment_intent', intentId);
  if (stored?.body.status !== 'processing') return;
  const method = await usePaymentMethod(scope, stored.body.payment_method as string);
  if (outcome === 'settle') await succeed(scope, stored.body, method);
  else await refuse(scope, stored.body, method, 'generic_decline');
}

async function succeed(scope: Scope, intent: PaymentIntent, method: UsablePaymentMethod): Promise<PaymentIntent> {
  const charge = await recordCharge(scope, intent, method);
  const succeeded: PaymentIntent = {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    status: 'succeeded',
  };
  await scope.tx.save(succeeded);
  await emit(scope, 'charge.succeeded', charge);
  await emit(scope, 'payment_intent.succeeded', succeeded);
  return succeeded;
}

async function refuse(
  scope: Scope,
  intent: PaymentIntent,
  method: UsablePaymentMethod,
  refusal: Refusal,
): Promise<Reply> {
  const charge = await recordCharge(scope, intent, method, refusal);
  const error = { type: 'card_error' as const, ...refusals[refusal], charge: charge.id, payment_method: method.body };
  const refused: PaymentIntent = {
    ...intent,
    last_payment_error: new SandboxError(402, error).body,
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  await scope.tx.save(refused);
  await emit(scope, 'charge.failed', charge);
  await emit(scope, 'payment_intent.payment_failed', refused);
  return { status: 402, body: { error: new SandboxError(402, { ...error, payment_intent: refused }).body } };
}

async function waitForHolder(scope: Scope, intent: PaymentIntent): Promise<PaymentIntent> {
  const waiting: PaymentIntent = {
    ...intent,
    next_action: { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } },
    status: 'requires_action',
  };
  await scope.tx.save(waiting);
  await emit(scope, 'payment_intent.requires_action', waiting);
  return waiting;
}

function isRefusal(behaviour: string): behaviour is Refusal {
  return Object.hasOwn(refusals, behaviour);
}
