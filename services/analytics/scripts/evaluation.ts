import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** What an evaluation found. */
export interface Evaluation {
  /** What it was measured on, for people. */
  readonly data: string;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * Reads a CSV file with a header row.
 * @throws Error naming the columns that are missing.
 */
export function readRows<Column extends string>(file: string, columns: readonly Column[]): Record<Column, string>[] {
  const rows: Record<Column, string>[] = parse(readFileSync(file), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  });
  const missing = columns.filter((column) => rows[0]?.[column] === undefined);
  if (missing.length > 0) throw new Error(`${file}: no rows, or no column ${missing.join(', ')}`);
  return rows;
}

/** Four digits are more than the data can tell. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
