import { createHash } from 'node:crypto';
import type { StatementRow } from './statement.ts';

/** What recognizes a row when it comes again. */
export interface Fingerprint {
  /** SHA-256 of date, amount, currency and description. */
  readonly hash: Buffer;
  /** 0 for the first of equal rows in the file: two equal payments are two payments, the same file twice is not. */
  readonly occurrence: number;
}

/** Fingerprints of a file's rows, in their order. */
export function fingerprints(rows: readonly StatementRow[]): Fingerprint[] {
  const seen = new Map<string, number>();
  return rows.map(({ date, amountMinor, currency, description }) => {
    const text = JSON.stringify([date, String(amountMinor), currency, description]);
    const occurrence = seen.get(text) ?? 0;
    seen.set(text, occurrence + 1);
    return { hash: createHash('sha256').update(text).digest(), occurrence };
  });
}
