import { parseArgs } from 'node:util';
import { isFetched } from '@finflow/chassis/events/kafka/embedded/artifacts';
import { missingPrograms } from '@finflow/chassis/events/kafka/embedded/java';
import { catalogue } from './src/faults/catalogue/index.ts';
import { addToReport } from './src/faults/report.ts';
import type { FaultResult } from './src/faults/result.ts';
import { runFaults } from './src/faults/run-faults.ts';
import { summary } from './src/faults/summary.ts';

// npm run faults -- NAME|all [--seed N] [--seeds N] [--minutes N] [--report FILE]
const usage = `Usage: npm run faults -- NAME|all [--seed N] [--seeds N] [--minutes N] [--report FILE]
  --seed N       chooses moments, victims and amounts; a random one unless given
  --seeds N      runs each fault with N seeds, from --seed upward (default 1)
  --minutes N    ends the run after so long, whatever is left
  --report FILE  adds the results to a table in Markdown (and to a .json beside it), such as docs/reliability.md
The faults are:
${catalogue.map(({ name, about }) => `  ${name.padEnd(26)}${about}`).join('\n')}
`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
        seeds: { type: 'string', default: '1' },
        minutes: { type: 'string' },
        report: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { ...values, names: positionals };
  } catch (error) {
    return misused((error as Error).message);
  }
}

function misused(sentence: string): never {
  process.stderr.write(`${sentence}\n${usage}`);
  process.exit(2);
}

const { names, help, report, ...numbers } = readArguments();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const [seed, seeds, minutes] = [Number(numbers.seed), Number(numbers.seeds), Number(numbers.minutes ?? Infinity)];
if (!Number.isInteger(seed) || seed < 0) misused('--seed must be a whole number.');
if (!Number.isInteger(seeds) || seeds < 1) misused('--seeds must be a whole number of at least 1.');
if (!(minutes > 0)) misused('--minutes must be a number above 0.');
if (names.length === 0) misused('Name a fault, several, or all.');
const faults = names.includes('all')
  ? catalogue
  : names.map((name) => catalogue.find((fault) => fault.name === name) ?? misused(`There is no fault "${name}".`));

const [absent, fetched] = await Promise.all([missingPrograms(), isFetched()]);
// What Maven would fetch is here already after the first time.
const needed = absent.filter((program) => !(fetched && program.startsWith('Maven')));
if (needed.length > 0) {
  process.stderr.write(
    `The faults happen to a real broker and registry, for which this machine lacks ${needed.join(' and ')}.\n`,
  );
  process.exit(1);
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stopping.abort('it was stopped'));
const timeIsUp = () => stopping.abort('the time was up');
const bound = minutes === Infinity ? undefined : setTimeout(timeIsUp, minutes * 60_000).unref();

const results: FaultResult[] = [];
const left = await runFaults({
  faults,
  seeds: Array.from({ length: seeds }, (_, index) => seed + index),
  signal: stopping.signal,
  say,
  async onResult(result) {
    results.push(result);
    say(summary([result]));
    if (report) for (const line of await addToReport(report, result, catalogue)) say(line);
  },
});
clearTimeout(bound);
if (results.length > 1) say(`\n${summary(results)}`);
if (left.length > 0) say(`Left out, because ${stopping.signal.reason}: ${left.join(', ')}`);
const found = results.filter(({ findings }) => findings.length > 0);
for (const { fault, seed: ofRun, findings } of found) {
  say(`\n${fault} failed. Repeat it: npm run faults -- ${fault} --seed ${ofRun}\n  ${findings.join('\n  ')}`);
}
process.exit(found.length > 0 || results.length === 0 ? 1 : 0);
