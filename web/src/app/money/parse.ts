import { exponentOf } from './currency.ts';

/** What a typed number came to: its exact value in units of 10^-decimals, or why it has none. */
export type Parsed = { readonly value: bigint } | { readonly problem: 'format' | 'decimals' | 'size' };

// Ten trillion dollars in cents, the contract's own bound (finflow.common.v1.Money).
const largest = 1_000_000_000_000_000n;

function separators(locale: string): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8);
  const find = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  return { group: find('group', ','), decimal: find('decimal', '.') };
}

/**
 * Reads a number as a person of this locale types it, to at most `decimals` places, without ever going through floating
 * point. Grouping must be where the locale puts it: `1.5` typed by a German is refused, not taken for fifteen.
 */
export function parseScaled(text: string, decimals: number, locale: string): Parsed {
  const { group, decimal } = separators(locale);
  const compact = text
    .trim()
    .replace(/^[−-]/, '-')
    .replace(/[\s\u00a0\u202f'’]/g, '');
  const literal = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const spaced = /[\s\u00a0\u202f'’]/.test(group);
  const whole = spaced ? '\\d+' : `(?:\\d+|\\d{1,3}(?:${literal(group)}\\d{3})+)`;
  // Who types a point in a locale with a comma means a decimal point wherever it cannot be a group.
  const point = group === '.' ? literal(decimal) : `(?:${literal(decimal)}|\\.)`;
  const match = new RegExp(`^(-?)(${whole})?(?:${point}(\\d*))?$`).exec(compact);
  const integer = match?.[2]?.replaceAll(group, '') ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || integer + fraction === '') return { problem: 'format' };
  if (fraction.replace(/0+$/, '').length > decimals) return { problem: 'decimals' };
  const size = BigInt(integer + fraction.slice(0, decimals).padEnd(decimals, '0') || '0');
  if (size > largest) return { problem: 'size' };
  return { value: match[1] ? -size : size };
}

/** Reads an amount in a currency: minor units, refusing more decimals than the currency has. */
export function parseAmount(text: string, currencyCode: string, locale: string): Parsed {
  return parseScaled(text, exponentOf(currencyCode), locale);
}

/** Reads a quantity in thousandths: `1.5` is 1500n. */
export function parseQuantity(text: string, locale: string): Parsed {
  return parseScaled(text, 3, locale);
}

/** Reads a percentage in basis points: `7.7` is 770n. A percent sign may follow. */
export function parseRate(text: string, locale: string): Parsed {
  return parseScaled(text.trim().replace(/\s*%$/, ''), 2, locale);
}

/** Text for an input that reads back as the same amount: the locale's decimal separator, no grouping, no currency. */
export function amountForInput(amountMinor: bigint, currencyCode: string, locale: string): string {
  const digits = exponentOf(currencyCode);
  const size = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const sign = amountMinor < 0n ? '-' : '';
  if (digits === 0) return sign + size;
  return `${sign}${size.slice(0, -digits)}${separators(locale).decimal}${size.slice(-digits)}`;
}
