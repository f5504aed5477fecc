import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type ServerAccount, type ServerBinaries, serverAccount, serverBinaries } from './embedded-binaries.ts';
import { initialise, reachableDataDir, SUPERUSER, serverEnvironment, superuserPassword } from './embedded-data-dir.ts';
import { diskFull, EmbeddedServerError, explain } from './embedded-error.ts';
import { isPostmasterOf, readPostmaster, waitUntilGone } from './embedded-postmaster.ts';
import { ensureDatabase, ensureRole } from './provision.ts';

export { EmbeddedServerError } from './embedded-error.ts';

/** Any fixed number: the session that holds it marks the process that owns the server. */
const OWNER_LOCK = 4_702_111_234;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const TAKE_OVER_POLL_MS = 50;
const KEPT_LOG_CHARACTERS = 16_384;

/** Where the server keeps its data and how it is tuned. */
export interface EmbeddedServerOptions {
  /** The cluster's folder; made by initdb at the first start. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one when left out or 0. */
  readonly port?: number;
  /** false gives up every guarantee after a crash for speed: tests only. */
  readonly durable: boolean;
  /** Server settings, as in postgresql.conf: `{ shared_buffers: '64MB' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * A PostgreSQL server on this machine for development, tests and `npm start`. Services never import it: they are
 * given a URL. It listens on 127.0.0.1 only and trusts nobody: every role needs its password (SCRAM), and the
 * superuser's is made at the first start and kept in the data folder, readable by its owner alone.
 */
export class EmbeddedServer {
  readonly #options: EmbeddedServerOptions;
  #dataDir: string;
  #port = 0;
  #password = '';
  #process: ChildProcess | undefined;
  #owner: pg.Client | undefined;
  #log = '';

  constructor(options: EmbeddedServerOptions) {
    this.#options = options;
    this.#dataDir = resolve(options.dataDir);
  }

  /** The TCP port; known once started. */
  get port(): number {
    return this.#port;
  }

  /** The data folder really used: elsewhere when the server's account cannot enter the one asked for. */
  get dataDir(): string {
    return this.#dataDir;
  }

  /**
   * Starts the server, making its data folder first when there is none. A server left behind by a killed process is
   * stopped first (fast shutdown, so its transactions are safe).
   *
   * @throws EmbeddedServerError
   */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(this.#dataDir);
      throw error;
    }
  }

  /** Stops the server (fast shutdown: open transactions are rolled back, the rest is on disk). */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await this.#owner?.end().catch(() => undefined);
    this.#owner = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    const timeout = new AbortController();
    await Promise.race([
      exited,
      delay(STOP_TIMEOUT_MS, undefined, { signal: timeout.signal }).then(() => {
        throw new Error(`PostgreSQL in ${this.#dataDir} did not stop within ${STOP_TIMEOUT_MS / 1000} s.`);
      }),
    ]).finally(() => timeout.abort());
  }

  /** A connection URL for a role of this server. */
  url(user: string, password: string, database: string): string {
    return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${this.#port}/${database}`;
  }

  /** The superuser's URL: for making roles and databases, never for a service. */
  superuserUrl(database = 'postgres'): string {
    return this.url(SUPERUSER, this.#password, database);
  }

  /** Runs statements as the superuser, on a connection of their own. */
  async asSuperuser<T>(work: (client: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
    const client = new pg.Client({ connectionString: this.superuserUrl(database) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Makes the login role or sets its password; it gets no right beyond that. */
  async ensureRole(name: string, password: string): Promise<void> {
    await this.asSuperuser((client) => ensureRole(client, name, password));
  }

  /**
   * Makes the database when it is missing, open to its owner and the named roles alone.
   *
   * @returns whether it was made now
   */
  async ensureDatabase(options: {
    name: string;
    owner: string;
    users?: readonly string[];
    template?: string;
  }): Promise<boolean> {
    return await this.asSuperuser((client) => ensureDatabase(client, options));
  }

  async #start(): Promise<void> {
    const account = await serverAccount();
    const binaries = await serverBinaries(account);
    this.#dataDir = await reachableDataDir(this.#dataDir, account);
    await initialise(this.#dataDir, binaries, account, this.#options.durable);
    this.#password = await superuserPassword(this.#dataDir);
    await this.#takeOver();
    const attempts = this.#options.port ? 1 : 5;
    for (let attempt = 1; ; attempt += 1) {
      // The port found free may be taken before the server binds it, so a failed bind asks for another one.
      this.#port = this.#options.port || (await freePort());
      try {
        await this.#launch(binaries, account);
        break;
      } catch (error) {
        if (attempt >= attempts || !(error instanceof EmbeddedServerError) || error.reason !== 'PORT_IN_USE')
          throw error;
      }
    }
    this.#owner = await this.#claim();
  }

  /** Deals with the server that a killed process left behind, and with the pid file of a dead one. */
  async #takeOver(): Promise<void> {
    const left = await readPostmaster(this.#dataDir);
    if (!left) return;
    this.#port = left.port;
    for (let waitedMs = 0; await isPostmasterOf(left.pid, this.#dataDir); waitedMs += TAKE_OVER_POLL_MS) {
      // Taking the owner's lock proves that no living process owns this server. While it starts up, or already
      // shuts down after its owner's death, it lets nobody in.
      const owner = await this.#claim().catch((error) => {
        if (error instanceof EmbeddedServerError || waitedMs >= STOP_TIMEOUT_MS) throw error;
      });
      if (!owner) {
        await delay(TAKE_OVER_POLL_MS);
        continue;
      }
      await owner.end().catch(() => undefined);
      process.kill(left.pid, 'SIGINT');
      await waitUntilGone(left.pid, this.#dataDir, STOP_TIMEOUT_MS);
    }
    // A dead server's pid may by now belong to another program, which would make PostgreSQL refuse to start.
    await rm(join(this.#dataDir, 'postmaster.pid'), { force: true });
  }

  async #launch(binaries: ServerBinaries, account: ServerAccount): Promise<void> {
    const own = { ...BASE_SETTINGS, ...(this.#options.durable ? {} : UNSAFE_SETTINGS), ...this.#options.settings };
    const flags = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#log = '';
    // A session of its own (detached) keeps a Ctrl-C in the terminal from stopping it before the services drained.
    const child = spawn(
      'sh',
      ['-c', STOP_WITH_PARENT, 'sh', binaries.postgres, '-D', this.#dataDir, '-p', String(this.#port), ...flags],
      { ...account, cwd: '/', detached: true, env: serverEnvironment, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    const ready = this.#follow(child, 'database system is ready to accept connections');
    const failed = once(child, 'close').then(() => Promise.reject(this.#failure()));
    failed.catch(() => undefined);
    child.once('exit', () => child.stdin?.destroy());
    this.#process = child;
    const timeout = new AbortController();
    const late = delay(READY_TIMEOUT_MS, undefined, { signal: timeout.signal }).then(() =>
      Promise.reject(this.#failure()),
    );
    late.catch(() => undefined);
    try {
      await Promise.race([ready, failed, late]);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      timeout.abort();
    }
  }

  /** Keeps the end of the program's log for error messages; resolves when `sign` appears in it. */
  #follow(child: ChildProcess, sign?: string): Promise<void> {
    const { promise, resolve: seen } = Promise.withResolvers<void>();
    const read = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-KEPT_LOG_CHARACTERS);
      if (sign && this.#log.includes(sign)) seen();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    return promise;
  }

  #failure(): EmbeddedServerError {
    return explain(this.#log, this.#dataDir, this.#port);
  }

  /**
   * Holds a session lock for as long as this process lives: the kernel closes the connection of a killed process, so
   * no lock outlives its owner, which a file with a pid in it cannot promise.
   */
  async #claim(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.superuserUrl(), application_name: 'finflow-owner' });
    // The server going away ends this session too; whoever stops it knows already.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [OWNER_LOCK]);
    if (rows[0]?.ours) return client;
    await client.end();
    throw new EmbeddedServerError('DATA_IN_USE', `The data in ${this.#dataDir} is in use by a running FinFlow.`);
  }
}

const BASE_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Compiling plans costs more than it saves on short statements, and memory in every connection.
  jit: 'off',
};

const UNSAFE_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Becomes the server, after leaving a watcher behind that stops it (fast shutdown) at the end of our pipe: the kernel
 * closes it when this process dies, however it dies. The watcher is nobody's child, because the server takes the death
 * of a child it does not know for a crash.
 */
const STOP_WITH_PARENT =
  'exec 3<&0; ( (read -r _ <&3; kill -INT $$) >/dev/null 2>&1 & ); exec 3<&-; exec "$@" </dev/null';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
