import type { Money } from '@finflow/chassis/money';

// Stripe's units differ from ISO 4217's in some currencies (docs.stripe.com/currencies, "special cases").
/** Minor units of ISO 4217 that make one of Stripe's. */
const isoPerStripe: Readonly<Record<string, bigint>> = { MGA: 100n };
/** Stripe's units that make one minor unit of ISO 4217. */
const stripePerIso: Readonly<Record<string, bigint>> = { ISK: 100n, UGX: 100n };
/** Three decimals, of which the last must be 0. */
const tensOnly: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** The amount in Stripe's unit, or undefined when Stripe cannot express it. */
export function toStripeAmount({ currencyCode, amountMinor }: Money): number | undefined {
  const divisor = isoPerStripe[currencyCode] ?? 1n;
  if (amountMinor % divisor !== 0n) return undefined;
  if (tensOnly.has(currencyCode) && amountMinor % 10n !== 0n) return undefined;
  return Number((amountMinor / divisor) * (stripePerIso[currencyCode] ?? 1n));
}

/** The amount that Stripe writes as `amount` of `currency` (lower case). */
export function fromStripeAmount(currency: string, amount: number): Money {
  const currencyCode = currency.toUpperCase();
  const amountMinor = (BigInt(amount) * (isoPerStripe[currencyCode] ?? 1n)) / (stripePerIso[currencyCode] ?? 1n);
  return { currencyCode, amountMinor };
}
