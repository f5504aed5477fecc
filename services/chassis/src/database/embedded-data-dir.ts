import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { canReach, reachableFolder, type ServerAccount, type ServerBinaries } from './embedded-binaries.ts';
import { EmbeddedServerError, explain } from './embedded-error.ts';

export const SUPERUSER = 'postgres';

/** Names of data folders that lie elsewhere. */
const ELSEWHERE = /^data-[0-9a-f]{16}$/;

const PASSWORD_FILE = 'finflow-superuser-password';

/** Untranslated messages, because some of them are looked for; nothing of ours is handed to the server. */
export const serverEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

/**
 * The folder itself, when the server's account can enter the folder it lies in; otherwise a folder elsewhere, to
 * which a symbolic link is left in its place (so removing the link starts afresh, and `ls` shows where the data is).
 */
export async function reachableDataDir(asked: string, account: ServerAccount): Promise<string> {
  const linked = await readlink(asked).catch(() => undefined);
  if (linked !== undefined) return linked;
  await mkdir(dirname(asked), { recursive: true });
  if (await canReach(dirname(asked), account)) return asked;
  const elsewhere = join(await reachableFolder(account), `data-${randomBytes(8).toString('hex')}`);
  await symlink(elsewhere, asked);
  return elsewhere;
}

/** Removes a folder with the data of the servers in it, wherever that lies. */
export async function removeWithData(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const linked = await readlink(join(folder, name)).catch(() => undefined);
    if (linked !== undefined && ELSEWHERE.test(basename(linked))) await rm(linked, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The superuser's password, made by `initialise` and readable by the folder's owner alone. */
export async function superuserPassword(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, PASSWORD_FILE), 'utf8')).trim();
}

/**
 * Makes the data folder when there is none, beside its final place, so that an initdb cut short is never taken for a
 * whole one.
 *
 * @throws EmbeddedServerError
 */
export async function initialise(
  dataDir: string,
  binaries: ServerBinaries,
  account: ServerAccount,
  durable: boolean,
): Promise<void> {
  if (await isInitialised(dataDir, binaries)) return;
  const unfinished = `${dataDir}.initdb`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await own(unfinished, account);
  const passwordFile = `${unfinished}.password`;
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    await own(passwordFile, account);
    // The built-in locale sorts the same on every system, whatever libc or ICU it has.
    await runInitdb(dataDir, binaries, account, [
      ...[`--pgdata=${unfinished}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...['--locale=C', '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    ]);
    await rename(passwordFile, join(unfinished, PASSWORD_FILE));
    await rename(unfinished, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function isInitialised(dataDir: string, binaries: ServerBinaries): Promise<boolean> {
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) return false;
  if (Number(version) === binaries.major) return true;
  throw new EmbeddedServerError(
    'DATA_OF_OTHER_VERSION',
    `The data in ${dataDir} belongs to PostgreSQL ${version.trim()}; this FinFlow brings ${binaries.major}.`,
  );
}

async function runInitdb(
  dataDir: string,
  { initdb }: ServerBinaries,
  account: ServerAccount,
  args: string[],
): Promise<void> {
  const options = { ...account, cwd: '/', env: serverEnvironment };
  const child = spawn(initdb, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw explain(log, dataDir);
}

async function own(path: string, { uid, gid }: ServerAccount): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
