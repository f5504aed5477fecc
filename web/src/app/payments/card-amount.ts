import { formatMoney, type MoneyValue } from '../money/format.ts';

// The processor takes three decimals only when the last is 0, and of the ariary only whole ones (docs.stripe.com/currencies,
// “special cases”).
const steps: Readonly<Record<string, bigint>> = { BHD: 10n, JOD: 10n, KWD: 10n, OMR: 10n, TND: 10n, MGA: 100n };

/** Why an amount cannot be charged to a card or given back to one, with the nearest that can; undefined when it can. */
export function cardAmountProblem({ currencyCode, amountMinor }: MoneyValue, locale: string): string | undefined {
  const step = steps[currencyCode] ?? 1n;
  const over = amountMinor % step;
  if (over <= 0n) return undefined;
  const words = (minor: bigint) => formatMoney({ currencyCode, amountMinor: minor }, locale);
  const below = amountMinor - over;
  const nearest = below > 0n ? `${words(below)} or ${words(below + step)}` : words(step);
  return `Cards take ${currencyCode} in steps of ${words(step)}: use ${nearest}.`;
}
