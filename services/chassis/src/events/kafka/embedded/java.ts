import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { spawnGuarded } from '../../../guarded-process.ts';

/** Runs a program of the machine and gives what it printed. */
export const run = promisify(execFile);

/** Something a person must install, or a program that did not do as it must; a sentence for them. */
export class EmbeddedKafkaError extends Error {
  override readonly name = 'EmbeddedKafkaError';
}

/** What is missing on this machine for a broker and a registry; empty when nothing is. */
export async function missingPrograms(): Promise<string[]> {
  const missing: string[] = [];
  const java = await run('java', ['-version']).catch(() => undefined);
  const version = Number(/version "(\d+)/.exec(java?.stderr ?? '')?.[1] ?? 0);
  if (version < 17) missing.push(version === 0 ? 'Java 17 or newer' : `Java 17 or newer (this is ${version})`);
  if (!(await run('mvn', ['-version']).catch(() => undefined))) missing.push('Maven 3');
  return missing;
}

/** Runs Maven; it keeps what it fetched in its own cache, so the second time needs no network. */
export async function maven(...args: string[]): Promise<void> {
  try {
    await run('mvn', ['--batch-mode', '--quiet', ...args], { maxBuffer: 1 << 24 });
  } catch (error) {
    const { stdout = '', message } = error as { stdout?: string; message: string };
    const reason = /\[ERROR\] (.*)/.exec(stdout)?.[1] ?? message;
    throw new EmbeddedKafkaError(`Maven could not fetch what Kafka needs: ${reason}`);
  }
}

/** Ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const KEPT_LOG_CHARACTERS = 16_384;
const STOP_TIMEOUT_MS = 15_000;

/** A JVM that ends with this process. */
export class JavaProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<void>;
  #log = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawnGuarded('java', args, {
      // biome-ignore lint/style/noProcessEnv: a program of the machine is found by its PATH
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-KEPT_LOG_CHARACTERS);
      });
    }
    this.exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of what it printed. */
  get log(): string {
    return this.#log;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, and no longer asks after a while. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const impatient = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(impatient);
  }
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 50;

/**
 * Resolves when a program that was started answers. One that does not for too long is ended: whoever starts it again would
 * find the port and the files taken, and nobody would know of two.
 *
 * @throws EmbeddedKafkaError with the end of what it printed
 */
export async function untilReady(
  program: Pick<JavaProcess, 'running' | 'log' | 'stop'>,
  name: string,
  answers: () => Promise<boolean>,
  timeoutMs = READY_TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  do {
    if (!program.running) throw new EmbeddedKafkaError(`${name} ended before it was ready:\n${program.log}`);
    if (await answers()) return;
    await delay(READY_POLL_MS);
  } while (performance.now() < deadline);
  await program.stop();
  throw new EmbeddedKafkaError(`${name} was not ready within ${timeoutMs / 1000} s:\n${program.log}`);
}
