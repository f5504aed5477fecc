import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process holds the lock file. A holder that died is noticed by its process id.
 * @template T
 * @param {string} file
 * @param {{ onWait?: () => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait = () => {} }, work) {
  await take(file, onWait);
  try {
    return await work();
  } finally {
    unlinkIfThere(file);
  }
}

/**
 * @param {string} file
 * @param {() => void} onWait
 */
async function take(file, onWait) {
  let waiting = false;
  for (;;) {
    if (tryCreate(file)) {
      // Two may have found the same dead holder, and the slower removed the faster's new lock: the last writer has it.
      await sleep(100);
      if (read(file) === String(process.pid)) return;
      continue;
    }
    const holder = Number(read(file));
    if (holder > 0 && !isAlive(holder)) {
      unlinkIfThere(file);
    } else if (!waiting) {
      waiting = true;
      onWait();
    }
    await sleep(200);
  }
}

/** @param {string} file */
function tryCreate(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @param {string} file */
function unlinkIfThere(file) {
  if (existsSync(file)) unlinkSync(file);
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
