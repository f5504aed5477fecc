// ISO 4217 gives most currencies two decimals; these are all that differ. Intl has figures of its own (CLDR's, made for
// reading prices aloud), which disagree with the standard for a dozen currencies, so we never ask it.
const exponents: Record<string, number> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3])),
  CLF: 4,
  UYW: 4,
};

/** Decimals of a currency's minor unit by ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. */
export function exponentOf(currencyCode: string): number {
  return exponents[currencyCode] ?? 2;
}

export interface CurrencyChoice {
  readonly code: string;
  readonly name: string;
}

// Intl still lists these: withdrawn, or units of account in which nobody pays.
const unpayable = new Set(['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'XDR', 'XSU', 'ZWL']);

/** The codes of the currencies that the browser knows and somebody pays in. */
export function currencyCodes(): string[] {
  return Intl.supportedValuesOf('currency').filter((code) => !unpayable.has(code));
}

/** The currencies the browser knows, with their names in the given language, ordered by code. */
export function currencyChoices(locale: string): CurrencyChoice[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  return currencyCodes().map((code) => ({ code, name: names.of(code) ?? code }));
}
