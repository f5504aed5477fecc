import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 15_000;

/**
 * Installs the locked dependencies unless they are there already. Safe to call from two processes at once:
 * the second waits for the first.
 * @param {string} root
 * @param {{ install?: (root: string) => Promise<void>, log?: (line: string) => void }} [parts]
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensureInstalled(
  root,
  { install = npmCi, log = (line) => process.stderr.write(`${line}\n`) } = {},
) {
  if (isInstalled(root)) return false;
  const release = await takeLock(root, log);
  try {
    if (isInstalled(root)) return false;
    const started = performance.now();
    log('Installing dependencies: once, about a minute and a half.');
    const heartbeat = setInterval(
      () => log(`  still installing after ${Math.round((performance.now() - started) / 1000)} s`),
      HEARTBEAT_MS,
    );
    await install(root).finally(() => clearInterval(heartbeat));
    writeFileSync(markerFile(root), fingerprint(root));
    log(`Installed in ${Math.round((performance.now() - started) / 1000)} s.`);
    return true;
  } finally {
    release();
  }
}

/**
 * Whether node_modules holds what the lock file says, for this platform.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = fingerprint(root);
  if (readText(markerFile(root)) === wanted) return true;
  // No marker of ours: somebody ran npm themselves. npm's own record of what it installed then decides.
  if (!matchesHiddenLock(root)) return false;
  writeFileSync(markerFile(root), wanted);
  return true;
}

const markerFile = (root) => path.join(root, 'node_modules', '.finflow-installed');

function fingerprint(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
}

function matchesHiddenLock(root) {
  const hidden = readText(path.join(root, 'node_modules', '.package-lock.json'));
  if (hidden === undefined) return false;
  const installed = JSON.parse(hidden).packages;
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([place, wanted]) =>
      !place.includes('node_modules/') ||
      (installed[place]
        ? installed[place].version === wanted.version && installed[place].link === wanted.link
        : !runsHere(wanted)),
  );
}

// A package built for one libc is optional and has a twin for the other: its absence says nothing.
function runsHere({ os, cpu, libc }) {
  return libc === undefined && accepts(os, process.platform) && accepts(cpu, process.arch);
}

function accepts(list, value) {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}

// The lock lies beside node_modules, because `npm ci` empties node_modules itself.
async function takeLock(root, log) {
  const file = path.join(root, '.finflow-install.lock');
  let waiting = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(readText(file));
      if (holder > 0 && !isAlive(holder)) unlinkIfThere(file);
      else if (!waiting) {
        log('Another process is installing dependencies; waiting for it.');
        waiting = true;
      }
      await sleep(200);
      continue;
    }
    // Two may have found the same dead holder, and the slower removed the faster's new lock: the last writer has it.
    await sleep(100);
    if (readText(file) === String(process.pid)) return () => unlinkIfThere(file);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function unlinkIfThere(file) {
  if (existsSync(file)) unlinkSync(file);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} root */
async function npmCi(root) {
  // npm tells its children where it is; run directly, the one on the PATH is meant.
  const own = process.env.npm_execpath;
  const [command, args] = own?.endsWith('.js') ? [process.execPath, [own, 'ci']] : ['npm', ['ci']];
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`npm ci ended with exit code ${code}; nothing was started.`);
}
