import type { FaultResult } from './result.ts';

const columns: readonly (readonly [string, (result: FaultResult) => string | number])[] = [
  ['fault', ({ fault }) => fault],
  ['seed', ({ seed }) => seed],
  ['requests', ({ requests }) => requests],
  ['acknowledged', ({ acknowledged }) => acknowledged],
  ['events', ({ events }) => events],
  ['lost', ({ lost }) => lost],
  ['doubled', ({ doubled }) => doubled],
  ['reordered', ({ reordered }) => reordered],
  ['other', ({ wrong }) => wrong],
  ['recovery s', ({ recoverySeconds }) => recoverySeconds.toFixed(1)],
];

/** The figures as a table for a terminal, and what each fault measured itself. */
export function summary(results: readonly FaultResult[]): string {
  const rows = [columns.map(([name]) => name), ...results.map((result) => columns.map(([, of]) => String(of(result))))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const notes = results.flatMap(({ fault, seed, notes: own }) =>
    Object.entries(own).map(([name, value]) => `  ${fault} seed ${seed}, ${name}: ${value}`),
  );
  return [...lines, ...notes].join('\n');
}
