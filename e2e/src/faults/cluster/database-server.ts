import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readPostmaster } from '@finflow/chassis/database/embedded-postmaster';
import { EmbeddedServer } from '@finflow/chassis/database/embedded-server';

const RESTART_ATTEMPTS = 50;
const RESTART_PAUSE_MS = 100;

const SETTINGS = {
  shared_buffers: '64MB',
  max_connections: 120,
  max_wal_size: '512MB',
  max_worker_processes: 2,
  max_parallel_workers: 0,
  io_method: 'sync',
  // The witness reads what was committed, and in which order, from the log.
  wal_level: 'logical',
  max_replication_slots: 8,
};

/** The PostgreSQL of all services, which can be killed, held still and started again; commits are durable. */
export class DatabaseServer {
  readonly server: EmbeddedServer;

  constructor(dataDir: string, port: number) {
    this.server = new EmbeddedServer({ dataDir, port, durable: true, settings: SETTINGS });
  }

  async start(): Promise<void> {
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** kill -9 of the postmaster: its processes end when they notice, and nothing is flushed or said goodbye to. */
  async kill(): Promise<void> {
    process.kill(await this.#pid(), 'SIGKILL');
  }

  /** Starts again after a kill, as soon as the last process of the old server is gone. */
  async restart(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.server.start();
      } catch (error) {
        if (attempt >= RESTART_ATTEMPTS) throw error;
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  /** SIGSTOP of every process of the server: it is there, and never answers. Returns what lets them go on. */
  async pause(): Promise<() => void> {
    const postmaster = await this.#pid();
    // The postmaster first: from then on there are no new children.
    process.kill(postmaster, 'SIGSTOP');
    const stopped = [postmaster, ...(await childrenOf(postmaster))];
    const signalAll = (signal: NodeJS.Signals) => {
      for (const pid of stopped) {
        try {
          process.kill(pid, signal);
        } catch {
          // It ended in between.
        }
      }
    };
    signalAll('SIGSTOP');
    return () => signalAll('SIGCONT');
  }

  /** Rows of a statement run as the superuser, whom row-level security does not concern. */
  async rows<Row extends object>(database: string, sql: string, values: unknown[] = []): Promise<Row[]> {
    return await this.server.asSuperuser(async (client) => (await client.query<Row>(sql, values)).rows, database);
  }

  async #pid(): Promise<number> {
    const postmaster = await readPostmaster(this.server.dataDir);
    if (!postmaster) throw new Error('PostgreSQL is not running.');
    return postmaster.pid;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(parentOf));
  return pids.filter((_, index) => parents[index] === parent);
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold anything; after it come the state and the parent.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
