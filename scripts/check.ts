import path from 'node:path';
import type { Check, Outcome } from './checks/check.ts';
import { contractCompatibility, contractLint, eventCompatibility, rpcPolicies } from './checks/contracts.ts';
import { chartFilesAreCurrent, generatedFilesAreCurrent } from './checks/generated.ts';
import { documentLinks, everyPartHasReadme, lockIsPortable } from './checks/repository.ts';
import { formatAndLint, importRules, types, webTestTypes, webTypes } from './checks/source.ts';

// The slow ones first: two lanes then end at about the same time.
const CHECKS: readonly Check[] = [
  types,
  webTypes,
  webTestTypes,
  importRules,
  generatedFilesAreCurrent,
  chartFilesAreCurrent,
  formatAndLint,
  contractLint,
  contractCompatibility,
  eventCompatibility,
  rpcPolicies,
  lockIsPortable,
  everyPartHasReadme,
  documentLinks,
];
const LANES = 2;

const root = path.dirname(import.meta.dirname);

/** Runs the checks whose name contains `filter`, prints each with its time, and returns those that failed. */
async function check(filter: string): Promise<string[]> {
  const waiting = CHECKS.filter(({ name }) => name.includes(filter));
  if (waiting.length === 0) {
    return [`no check is called "${filter}"; there are: ${CHECKS.map(({ name }) => name).join(', ')}`];
  }
  const failed: string[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const started = performance.now();
      const outcome = await runSafely(next);
      print(next.name, outcome, performance.now() - started);
      if (outcome.status === 'failed') failed.push(next.name);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return failed;
}

// A check that breaks (a missing program, a missing file) is a failed check, not the end of the others.
async function runSafely(one: Check): Promise<Outcome> {
  try {
    return await one.run(root);
  } catch (error) {
    return { status: 'failed', output: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function print(name: string, { status, output }: Outcome, elapsedMs: number): void {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`.padStart(7);
  const reason = status === 'skipped' ? `: ${output}` : '';
  process.stdout.write(`${status.padEnd(8)}${seconds}  ${name}${reason}\n`);
  if (status === 'failed') process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
}

const started = performance.now();
const failed = await check(process.argv[2] ?? '');
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (failed.length > 0) {
  process.stdout.write(`\n${failed.length} failed in ${seconds} s:\n${failed.map((name) => `  ${name}\n`).join('')}`);
  process.exitCode = 1;
} else {
  process.stdout.write(`\nAll checks passed in ${seconds} s.\n`);
}
