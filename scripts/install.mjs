import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { withLock } from './lock.mjs';

const HEARTBEAT_MS = 15_000;
/** @type {NodeJS.Signals[]} */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Installs the locked dependencies unless they are there already. Safe to call from two processes at once:
 * the second waits for the first.
 * @param {string} root
 * @param {{ install?: (root: string) => Promise<void>, log?: (line: string) => void }} [parts]
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensureInstalled(root, { install = npmCi, log = toStderr } = {}) {
  if (isInstalled(root)) return false;
  // The lock lies beside node_modules, because `npm ci` empties node_modules itself.
  const lock = path.join(root, '.finflow-install.lock');
  const onWait = () => log('Another process is installing dependencies; waiting for it.');
  return withLock(lock, { onWait }, async () => {
    if (isInstalled(root)) return false;
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 1000);
    log('Installing dependencies: once, about a minute and a half.');
    const heartbeat = setInterval(() => log(`  still installing after ${seconds()} s`), HEARTBEAT_MS);
    await install(root).finally(() => clearInterval(heartbeat));
    writeFileSync(markerFile(root), fingerprint(root));
    log(`Installed in ${seconds()} s.`);
    return true;
  });
}

/**
 * Whether node_modules holds what the lock file says, for this platform.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = fingerprint(root);
  const marker = markerFile(root);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return true;
  // No marker of ours: somebody ran npm themselves. npm's own record of what it installed then decides.
  if (!matchesHiddenLock(root)) return false;
  writeFileSync(marker, wanted);
  return true;
}

/** @param {string} root */
const markerFile = (root) => path.join(root, 'node_modules', '.finflow-installed');

/** @param {string} root */
function fingerprint(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/**
 * @typedef {{ version?: string, link?: boolean, os?: string[], cpu?: string[], libc?: unknown }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/** @param {string} root */
function matchesHiddenLock(root) {
  const hidden = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(([place, wanted]) => {
    if (!place.includes('node_modules/')) return true;
    const found = installed[place];
    return found ? found.version === wanted.version && found.link === wanted.link : !runsHere(wanted);
  });
}

/**
 * @param {string} lockFile
 * @returns {LockedPackages}
 */
function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

/**
 * A package built for one libc is optional and has a twin for the other: its absence says nothing.
 * @param {LockedPackage} wanted
 */
function runsHere({ os, cpu, libc }) {
  return libc === undefined && accepts(os, process.platform) && accepts(cpu, process.arch);
}

/**
 * @param {string[] | undefined} list as in package.json: names, or names to exclude after a `!`
 * @param {string} value
 */
function accepts(list, value) {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}

/** @param {string} line */
function toStderr(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string} root */
async function npmCi(root) {
  // npm tells its children where it is; run directly, the one on the PATH is meant.
  const own = process.env.npm_execpath;
  const [command, ...args] = own?.endsWith('.js') ? [process.execPath, own, 'ci'] : ['npm', 'ci'];
  const windows = process.platform === 'win32';
  const child = spawn(command ?? 'npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
    detached: !windows,
  });
  // npm goes on for a minute after Ctrl-C. In a process group of its own it can be ended whole; what it left half done,
  // the next `npm ci` begins anew.
  const stop = () => {
    if (child.pid !== undefined) process.kill(windows ? child.pid : -child.pid, 'SIGKILL');
  };
  for (const signal of stopSignals) process.once(signal, stop);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => {
    for (const signal of stopSignals) process.off(signal, stop);
  });
  if (code === null) throw new Error('The installation was stopped; the next start begins it anew.');
  if (code !== 0) throw new Error(`npm ci ended with exit code ${code}; nothing was started.`);
}
