import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@finflow/chassis/config';

const RESTART_BASE_MS = 250;
const RESTART_MAX_MS = 10_000;
/** One that ran so long before it ended is restarted at once. */
const STABLE_MS = 30_000;

export interface ServiceProcessOptions {
  /** Shown before each of its lines. */
  readonly name: string;
  /** Program to run by this Node. */
  readonly main: string;
  readonly env: Environment;
  /** Each line that it writes, to either stream. */
  readonly onLine?: (line: string) => void;
  /** Told each time it ended by itself and will be started again. */
  readonly onRestart?: (reason: string) => void;
}

/** A service as a process of its own, started again whenever it ends by itself: what an orchestrator does for it. */
export class ServiceProcess {
  readonly #options: ServiceProcessOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #restarts = 0;

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
  }

  /** Of the running process; 0 while there is none. */
  get pid(): number {
    return this.#child?.exitCode === null && this.#child.signalCode === null ? (this.#child.pid ?? 0) : 0;
  }

  /**
   * Resolves when the service says that it has started.
   *
   * @throws Error with its last lines when it ends before that: a service that cannot start is not tried again
   */
  async start(): Promise<void> {
    this.#stopping = false;
    await this.#run();
  }

  /** SIGTERM: the service answers what is in flight; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#end('SIGTERM');
  }

  /** Sends a signal; unless the service was stopped before, it comes back after one that ends it. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async #run(): Promise<void> {
    const { name, main, env, onLine } = this.#options;
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, [main], {
      // Nothing of ours: a service knows what it is told.
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const last: string[] = [];
    const started = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        last.push(line);
        if (last.length > 20) last.shift();
        if (line.includes('"message":"started"')) started.resolve();
        onLine?.(line);
      });
    }
    const ended = once(child, 'close').then(([code, signal]) => String(signal ?? code));
    const failed = ended.then((how) => {
      started.reject(new Error(`${name} ended (${how}) before it had started:\n${last.join('\n')}`));
    });
    await Promise.race([started.promise, failed]);
    await started.promise;
    void ended.then((how) => this.#again(how, performance.now() - startedAtMs));
  }

  async #again(how: string, ranMs: number): Promise<void> {
    this.#restarts = ranMs > STABLE_MS ? 0 : this.#restarts + 1;
    while (!this.#stopping) {
      this.#options.onRestart?.(`ended (${how})`);
      await delay(this.#restarts === 0 ? 0 : Math.min(RESTART_MAX_MS, RESTART_BASE_MS * 2 ** (this.#restarts - 1)));
      if (this.#stopping) return;
      try {
        return await this.#run();
      } catch (error) {
        this.#restarts += 1;
        how = error instanceof Error ? error.message : String(error);
      }
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  }
}
