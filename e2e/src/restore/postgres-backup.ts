import { chown, copyFile, lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverAccount } from '@finflow/chassis/database/embedded-binaries';
import pg from 'pg';
import { eventually } from '../eventually.ts';

/** What a base backup is without: what belongs to the running server, and the log, which the archive has. */
const NOT_COPIED =
  /^(postmaster\.(pid|opts)|pg_(wal|replslot|stat_tmp|notify|dynshmem|subtrans|snapshots|serial)\/.+)$/;

/** The PostgreSQL of a platform on this machine, as an administrator of the server has it. */
export class PostgresBackup {
  readonly #dataDir: string;
  readonly #archive: string;
  readonly #base: string;

  /**
   * @param dataDir the platform's folder
   * @param folder where archive and base backup go: another disk in earnest
   */
  constructor(dataDir: string, folder: string) {
    this.#dataDir = join(dataDir, 'postgres');
    this.#archive = join(folder, 'wal');
    this.#base = join(folder, 'base');
  }

  /** Has the server archive its log from its next start on. */
  async archiveLog(): Promise<void> {
    await makeFor(this.#archive, await serverAccount());
    const copy = `test ! -f ${this.#archive}/%f && cp %p ${this.#archive}/%f`;
    await this.#asSuperuser(async (client) => {
      await client.query(`alter system set archive_mode = 'on'`);
      await client.query(`alter system set archive_command = ${pg.escapeLiteral(copy)}`);
    });
  }

  /** Copies the files of the running server, as pg_basebackup does: only with the archived log do they make a database. */
  async takeBase(): Promise<void> {
    await this.#asSuperuser(async (client) => {
      await client.query(`select pg_backup_start('rehearsal', true)`);
      await copyTree(await realpath(this.#dataDir), this.#base, await serverAccount(), NOT_COPIED);
      // Waits until the log that the copy needs is in the archive.
      const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
      await writeFile(join(this.#base, 'backup_label'), rows[0]?.labelfile ?? '');
    });
  }

  /** Names this moment, for a restore to it. */
  async markRestorePoint(name: string): Promise<void> {
    await this.#asSuperuser((client) => client.query('select pg_create_restore_point($1)', [name]));
  }

  /** Has all that was committed until now archived. */
  async archiveAll(): Promise<void> {
    await this.#asSuperuser(async (client) => {
      const { rows } = await client.query<{ file: string }>('select pg_walfile_name(pg_current_wal_lsn()) as file');
      const file = rows[0]?.file ?? '';
      await client.query('select pg_switch_wal()');
      await eventually(async () => {
        const { rows: archiver } = await client.query<{ last: string | null }>(
          'select last_archived_wal as last from pg_stat_archiver',
        );
        if ((archiver[0]?.last ?? '') < file) throw new Error(`${file} is not archived yet`);
      });
    });
  }

  /** All of the server's files are gone. */
  async destroy(): Promise<void> {
    await rm(await realpath(this.#dataDir), { recursive: true, force: true });
  }

  /**
   * Puts the base backup in place of the server's files, so that its next start brings it forward by the archive.
   *
   * @param to a restore point; the end of the archive when left out
   */
  async restore(to?: string): Promise<void> {
    const account = await serverAccount();
    await copyTree(this.#base, this.#dataDir, account);
    await makeFor(join(this.#dataDir, 'pg_wal'), account);
    const settings = [
      `restore_command = 'cp ${this.#archive}/%f %p'`,
      `recovery_target_action = 'promote'`,
      ...(to === undefined ? [] : [`recovery_target_name = '${to}'`]),
    ];
    const file = join(this.#dataDir, 'postgresql.auto.conf');
    await writeFile(file, `${settings.join('\n')}\n`, { flag: 'a' });
    await writeFile(join(this.#dataDir, 'recovery.signal'), '');
    await own(join(this.#dataDir, 'recovery.signal'), account);
  }

  async #asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const password = (await readFile(join(this.#dataDir, 'finflow-superuser-password'), 'utf8')).trim();
    // The fourth line of PostgreSQL's pid file is its port.
    const port = Number((await readFile(join(this.#dataDir, 'postmaster.pid'), 'utf8')).split('\n')[3]);
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

type Account = Awaited<ReturnType<typeof serverAccount>>;

/** A running server removes files while they are copied; the log says so again. */
async function copyTree(from: string, to: string, account: Account, except?: RegExp, path = ''): Promise<void> {
  await makeFor(join(to, path), account);
  for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`;
    if (except?.test(name)) continue;
    if (entry.isDirectory()) {
      await copyTree(from, to, account, except, name);
    } else {
      try {
        await copyFile(join(from, name), join(to, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      await own(join(to, name), account);
    }
  }
}

async function makeFor(folder: string, account: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await own(folder, account);
}

async function own(path: string, { uid, gid }: Account): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  const found = await lstat(path);
  if (found.uid !== uid) await chown(path, uid, gid);
}
