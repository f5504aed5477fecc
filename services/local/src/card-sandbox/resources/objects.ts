import type { StripeErrorBody } from '../errors.ts';
import type { ApiObject } from '../store.ts';

// Stripe's objects, as far as the sandbox works with their fields; the others are only shown.

export interface PaymentIntent extends ApiObject {
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  currency: string;
  description: string | null;
  last_payment_error: StripeErrorBody | null;
  latest_charge: string | null;
  metadata: Record<string, string>;
  next_action: object | null;
  payment_method: string | null;
  receipt_email: string | null;
  status:
    | 'canceled'
    | 'processing'
    | 'requires_action'
    | 'requires_confirmation'
    | 'requires_payment_method'
    | 'succeeded';
}

export interface Charge extends ApiObject {
  object: 'charge';
  amount: number;
  amount_refunded: number;
  currency: string;
  payment_intent: string;
  refunded: boolean;
  status: 'succeeded' | 'pending' | 'failed';
}

export interface Refund extends ApiObject {
  object: 'refund';
  amount: number;
  charge: string;
  payment_intent: string;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface PaymentMethod extends ApiObject {
  object: 'payment_method';
  card: { brand: string; last4: string };
}

export interface Token extends ApiObject {
  object: 'token';
  used: boolean;
}

export interface SandboxEvent extends ApiObject {
  object: 'event';
  type: string;
  data: { object: ApiObject };
}
