import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperatorError } from '@finflow/chassis/operator-error';

/** Also the release of the contracts in `proto/vendor/connectrpc`. */
const VERSION = 'v1.0.7';
const MODULE = 'connectrpc.com/conformance/cmd/connectconformance';

/** What is held to the suite: a port of a service as it serves, or a client of another service. */
export interface Subject {
  readonly name: string;
  readonly mode: 'server' | 'client';
  /** The program beside this file that the suite starts. */
  readonly program: string;
}

export const subjects: readonly Subject[] = [
  { name: 'grpc-server', mode: 'server', program: 'server.ts' },
  { name: 'http-server', mode: 'server', program: 'server.ts' },
  { name: 'grpc-client', mode: 'client', program: 'client.ts' },
];

/** How a subject did. */
export interface SuiteResult {
  /** What the suite said about it, of each case that it complains about. */
  readonly report: string;
  readonly passed: boolean;
  readonly cases: number;
  readonly casesPassed: number;
  /** Failed as the lists beside the configuration say, with the reason. */
  readonly knownFailing: number;
}

/**
 * The suite's program, built by Go where it is not there yet: it is released as source, and as programs that are not in
 * any package registry.
 *
 * @returns its path
 * @throws OperatorError saying what is missing
 */
export function suiteProgram(): string {
  const folder = fileURLToPath(new URL(`../../../node_modules/.cache/connectconformance/${VERSION}`, import.meta.url));
  const program = join(folder, 'connectconformance');
  if (existsSync(program)) return program;
  const { error, status } = spawnSync('go', ['version']);
  if (error !== undefined || status !== 0) {
    throw new OperatorError(
      `The conformance suite is built with Go, which is not here: install Go 1.26 or newer (https://go.dev/dl), or put ${VERSION} of ` +
        `https://github.com/connectrpc/conformance/releases at ${program}.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`Building ${MODULE}@${VERSION} (about a minute, once)\n`);
  const built = spawnSync('go', ['install', `${MODULE}@${VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status !== 0) throw new OperatorError('Go could not build the conformance suite; what it said is above.');
  return program;
}

/** Runs the suite against one subject. */
export async function runSuite(suite: string, { name, mode, program }: Subject): Promise<SuiteResult> {
  const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const args = ['--mode', mode, '--conf', beside(`${name}.yaml`)];
  for (const kind of ['known-failing', 'known-flaky']) {
    const list = beside(`${name}-${kind}.txt`);
    if (existsSync(list)) args.push(`--${kind}`, `@${list}`);
  }
  const child = spawn(suite, [...args, '--', process.execPath, beside(program)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let report = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (report += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const number = (pattern: RegExp) => Number(pattern.exec(report)?.[1] ?? 0);
  return {
    report,
    passed: code === 0,
    cases: number(/^Total cases: (\d+)/m),
    casesPassed: number(/^(\d+) passed/m),
    knownFailing: number(/^\(Another (\d+) failed as expected/m),
  };
}
