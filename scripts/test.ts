import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from './process.ts';
import { type JestReport, leftOutLines, sumReports, totalsLine } from './test-report.ts';
import { ensureWebBuilt } from './web-build.ts';

const root = path.dirname(import.meta.dirname);
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** Many times what a run takes: a test that hangs must end as a failure, not as a gate that never answers. */
const LIMIT_MINUTES = 20;

interface Run {
  readonly name: string;
  readonly args: readonly string[];
  prepare?(): Promise<unknown>;
}

const RUNS: readonly Run[] = [
  { name: 'contracts, services, scripts', args: ['--config', 'jest.config.mjs', '--selectProjects', 'services'] },
  { name: 'web', args: ['--config', 'web/jest.config.mjs'] },
  {
    name: 'journeys',
    args: ['--config', 'jest.config.mjs', '--selectProjects', 'e2e'],
    prepare: () => ensureWebBuilt(),
  },
];

/** Runs one Jest, showing what it shows; resolves with its report, or undefined when it died without one. */
async function runJest(one: Run, args: readonly string[], reports: string): Promise<JestReport | undefined> {
  process.stderr.write(`\n== ${one.name}\n`);
  await one.prepare?.();
  const file = path.join(reports, `${RUNS.indexOf(one)}.json`);
  const child = spawn(process.execPath, [...jest, ...one.args, '--json', '--outputFile', file, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const impatient = setTimeout(() => {
    process.stderr.write(`${one.name}: not done after ${LIMIT_MINUTES} minutes, so something in it hangs.\n`);
    child.kill('SIGKILL');
  }, LIMIT_MINUTES * 60_000);
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => clearTimeout(impatient));
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as JestReport) : undefined;
}

// A narrowed run must not build the web app for journeys that nobody asked for.
async function hasTests(one: Run, args: readonly string[]): Promise<boolean> {
  const listing = await run(process.execPath, [...jest, ...one.args, '--listTests', ...args], { cwd: root });
  // Beside the files it prints which projects it looks at; a configuration that does not load is for the run to show.
  return listing.exitCode !== 0 || listing.output.split('\n').some((line) => path.isAbsolute(line));
}

const args = process.argv.slice(2);
const reportFolder = await mkdtemp(path.join(os.tmpdir(), 'finflow-test-'));
try {
  const reports: (JestReport | undefined)[] = [];
  for (const one of RUNS) {
    if (args.length > 0 && !(await hasTests(one, args))) continue;
    reports.push(
      await runJest(one, args, reportFolder).catch((error: Error) => {
        process.stderr.write(`${error.message}\n`);
        return undefined;
      }),
    );
  }
  const totals = sumReports(reports);
  if (reports.length === 0) process.stderr.write(`No test file matches ${args.join(' ')}\n`);
  for (const line of leftOutLines(reports)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${totalsLine(totals)}\n`);
  process.exitCode = totals.failed === 0 && reports.length > 0 ? 0 : 1;
} finally {
  await rm(reportFolder, { recursive: true, force: true });
}
