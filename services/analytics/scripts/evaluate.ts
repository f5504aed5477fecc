import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { evaluateCategorization } from './evaluate-categorization.ts';
import { evaluateForecast } from './evaluate-forecast.ts';
import type { Evaluation } from './evaluation.ts';

const evaluations: Readonly<Record<string, (file: string | undefined) => Evaluation>> = {
  forecast: evaluateForecast,
  categorize: evaluateCategorization,
};
const usage = `Usage: evaluate ${Object.keys(evaluations).join('|')} [--data FILE.csv] [--json FILE]\n`;

/** Measures a method on generated data, or on a CSV file given with --data, and prints its figures. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, json: { type: 'string' } },
});
const name = positionals[0] ?? '';
const evaluate = Object.hasOwn(evaluations, name) ? evaluations[name] : undefined;
if (evaluate === undefined || positionals.length > 1) {
  process.stderr.write(usage);
  process.exit(2);
}
try {
  const { data, figures } = evaluate(values.data);
  process.stdout.write(`${name} on ${data}\n`);
  for (const [figure, value] of Object.entries(figures)) process.stdout.write(`  ${figure.padEnd(28)} ${value}\n`);
  if (values.json) {
    const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
    // One round: the figures are deterministic, all but the times.
    writeFileSync(values.json, `${JSON.stringify({ name, data, figures, machine, rounds: 1 }, null, 2)}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
