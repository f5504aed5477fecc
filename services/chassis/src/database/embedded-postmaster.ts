import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 20;

/** What a running server writes about itself into its data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** Reads postmaster.pid; undefined when there is none. */
export async function readPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n');
  return Number(pid) > 0 ? { pid: Number(pid), port: Number(port) || 0 } : undefined;
}

/** Whether that process lives and is the server of this data folder: the system gives pids to others again. */
export async function isPostmasterOf(pid: number, dataDir: string): Promise<boolean> {
  return (await commandLine(pid)).includes(` -D ${dataDir} `);
}

async function commandLine(pid: number): Promise<string> {
  // Linux tells without `ps`, which slim images lack; a dead process waiting for its parent has an empty line.
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** Waits for a process that is not our child, which only polling can do; throws when it takes too long. */
export async function waitUntilGone(pid: number, dataDir: string, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; await isPostmasterOf(pid, dataDir); waitedMs += POLL_MS) {
    if (waitedMs >= timeoutMs) throw new Error(`PostgreSQL (pid ${pid}) in ${dataDir} did not stop.`);
    await delay(POLL_MS);
  }
}
