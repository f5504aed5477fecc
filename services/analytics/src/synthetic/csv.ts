import type { SyntheticTransaction } from './transactions.ts';

/** The transactions as lines of CSV: date, tenant, description, signed amount in major units, category. */
export function* transactionsCsv(transactions: Iterable<SyntheticTransaction>): Generator<string> {
  yield 'date,tenant,description,amount,category\n';
  for (const { date, organization, description, amountMinor, category } of transactions) {
    yield `${[date, organization, quoted(description), major(amountMinor), category].join(',')}\n`;
  }
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function major(minor: bigint): string {
  const digits = String(minor < 0n ? -minor : minor).padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
