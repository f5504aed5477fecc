import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { familyOf, type RunningProcess, runningProcesses } from './process-table.ts';
import { repository } from './program.ts';

const main = join(repository, 'services/local/src/main.ts');

export interface PlatformOptions {
  /** A folder to go on with; a new temporary one, removed at the end, when left out. */
  readonly dataDir?: string;
  readonly demo?: boolean;
  /** A port to keep over restarts; a free one when left out. */
  readonly port?: number;
  /** Each service a process of its own, over Kafka. */
  readonly kafka?: boolean;
  /** Of a platform that runs already: nothing is started, and nothing stopped. */
  readonly url?: string;
}

/** The whole platform as a person runs it: a process of its own, reached over its ports only. */
export class Platform {
  readonly port: number;
  readonly dataDir: string;
  /** Where a browser or curl goes. */
  readonly url: string;
  readonly #demo: boolean;
  readonly #ownsFolder: boolean;
  #kafka: boolean;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, dataDir: string, options: PlatformOptions) {
    const { dataDir: given, demo = false, kafka = false, url = `http://localhost:${port}` } = options;
    this.port = port;
    this.dataDir = dataDir;
    this.url = url;
    this.#demo = demo;
    this.#kafka = kafka;
    this.#ownsFolder = given === undefined;
  }

  /** Starts a platform and waits for its ready line. */
  static async start(options: PlatformOptions = {}): Promise<Platform> {
    if (options.url !== undefined)
      return new Platform(Number(new URL(options.url).port), '', { ...options, dataDir: '' });
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'finflow-e2e-')));
    // As root, PostgreSQL runs under another account; in a folder closed to it, it would keep its data elsewhere.
    if (options.dataDir === undefined) await chmod(dataDir, 0o755);
    const port = options.port ?? (await freePortRange());
    const platform = new Platform(port, dataDir, options);
    await platform.restart();
    return platform;
  }

  /** The gRPC address of a service, in the order of its ports. */
  grpcAddress(service: 'auth' | 'payments' | 'accounting' | 'analytics'): string {
    return `127.0.0.1:${this.port + 1100 + ['auth', 'payments', 'accounting', 'analytics'].indexOf(service)}`;
  }

  /** What the process printed so far, both streams. */
  get output(): string {
    return this.#output;
  }

  /** The processes that it consists of, its own first; PostgreSQL's watcher, which is nobody's child, too. */
  async processes(): Promise<RunningProcess[]> {
    const family = await familyOf(this.#process?.pid ?? 0);
    const inFolder = (await runningProcesses()).filter(({ command }) => command.includes(this.dataDir));
    return [...family, ...inFolder.filter(({ pid }) => !family.some((one) => one.pid === pid))];
  }

  /** Starts the process again on the same folder and port. */
  async restart({ kafka = this.#kafka } = {}): Promise<void> {
    this.#kafka = kafka;
    const args = [main, '--port', String(this.port), '--data', this.dataDir];
    if (!this.#demo) args.push('--no-demo');
    if (kafka) args.push('--kafka');
    const child = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#output = '';
    await new Promise<void>((ready, failed) => {
      const read = (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-200_000);
        if (this.#output.includes('FinFlow is ready')) ready();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code, signal) =>
        failed(new Error(`The platform ended before it was ready (${signal ?? code}):\n${endOf(this.#output)}`)),
      );
    });
  }

  /** kill -9: nothing gets a chance to clean up. With its database server too, it is as if the power went. */
  async kill({ withDatabase = false } = {}): Promise<void> {
    // The first line of PostgreSQL's pid file; its own processes end when it has.
    if (withDatabase) process.kill(Number.parseInt(await this.#postmasterFile(), 10), 'SIGKILL');
    await this.#end('SIGKILL');
  }

  /** SIGTERM, and waits for the drain. */
  async terminate(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Terminates it and removes a folder of our own. */
  async stop(): Promise<void> {
    await this.terminate();
    if (this.#ownsFolder) await removeWithData(this.dataDir);
  }

  async #postmasterFile(): Promise<string> {
    return await readFile(join(this.dataDir, 'postgres/postmaster.pid'), 'utf8');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

/**
 * A web port whose service ports (1000 and 1100 above, four each), card sandbox (1200) and Kafka (1300, three) are free too.
 * All below 32768, from where on systems give ports to outgoing connections: one of those would take the port of a service
 * that is being started again.
 */
export async function freePortRange(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 11_000);
    const services = [0, 1, 2, 3].flatMap((index) => [port + 1000 + index, port + 1100 + index]);
    const needed = [port, port + 1200, port + 1300, port + 1301, port + 1302, ...services];
    if ((await Promise.all(needed.map(isFree))).every(Boolean)) return port;
  }
  throw new Error('No range of free ports found in 50 attempts.');
}

/** What a start said of itself, before the last of its log: services that are stopped log much that is of no interest. */
function endOf(output: string): string {
  const own = output.split('\n').filter((line) => !line.startsWith('{'));
  return `${own.join('\n').slice(-2000)}\n${output.slice(-2000)}`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
