import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What the rounds of one figure gave. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** One value a round, in order. */
  readonly rounds: readonly number[];
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Report {
  readonly bench: string;
  readonly figures: readonly Figure[];
  /** What was found true after the measuring, such as books that balance. */
  readonly checks?: Readonly<Record<string, boolean | number | string>>;
}

/** Median and range: these machines are shared, and one slow round must not move the figure. */
export function figure(name: string, unit: string, rounds: readonly number[]): Figure {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(middle)] ?? Number.NaN)
      : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return { name, unit, rounds, median, lowest: sorted[0] ?? Number.NaN, highest: sorted.at(-1) ?? Number.NaN };
}

/** The quotient of two figures, round by round: both halves of a pair met the same noise. */
export function ratio(name: string, of: Figure, to: Figure): Figure {
  return figure(
    name,
    '×',
    of.rounds.map((value, index) => value / (to.rounds[index] ?? Number.NaN)),
  );
}

/** Shows a report on the terminal. */
export function print({ bench, figures, checks = {} }: Report): void {
  process.stdout.write(`\n${bench}\n`);
  for (const { name, unit, median, lowest, highest, rounds } of figures) {
    const range = rounds.length > 1 ? `   (${short(lowest)} – ${short(highest)}, ${rounds.length} rounds)` : '';
    process.stdout.write(`  ${name.padEnd(52)} ${short(median).padStart(10)} ${unit}${range}\n`);
  }
  for (const [name, value] of Object.entries(checks)) process.stdout.write(`  ${name}: ${value}\n`);
}

/** Writes a report with the machine it was measured on. */
export async function save(file: string, report: Report): Promise<void> {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    loadAverage: loadavg(),
  };
  await writeFile(file, `${JSON.stringify({ ...report, machine, measuredAt: new Date().toISOString() }, null, 2)}\n`);
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(2);
}
