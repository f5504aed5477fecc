// The invoice arithmetic of the contract (finflow.accounting.v1.InvoiceLineItem): net is quantity × unit price, tax is
// net × rate, each rounded half away from zero to the minor unit, line by line.

/** One line, exact: thousandths of a unit, minor units of the invoice's currency, basis points. */
export interface LineFigures {
  readonly quantityMilli: bigint;
  readonly unitPriceMinor: bigint;
  readonly taxRateBps: bigint;
}

export interface InvoiceTotals {
  readonly netMinor: readonly bigint[];
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** Divides and rounds half away from zero. `by` is above zero. */
export function divideRounded(value: bigint, by: bigint): bigint {
  const size = value < 0n ? -value : value;
  const rounded = (2n * size + by) / (2n * by);
  return value < 0n ? -rounded : rounded;
}

/** What lines come to. */
export function totalsOf(lines: readonly LineFigures[]): InvoiceTotals {
  const netMinor = lines.map((line) => divideRounded(line.quantityMilli * line.unitPriceMinor, 1000n));
  const subtotalMinor = netMinor.reduce((sum, net) => sum + net, 0n);
  const taxMinor = lines.reduce(
    (sum, line, i) => sum + divideRounded((netMinor[i] ?? 0n) * line.taxRateBps, 10_000n),
    0n,
  );
  return { netMinor, subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor };
}
