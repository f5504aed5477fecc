import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from '@finflow/chassis/config';
import { spawnGuarded } from '@finflow/chassis/guarded-process';
import { KeptRunning } from './keep-running.ts';

/** Longer than a service gives itself to stop; what has not ended by then cannot. */
const STOP_TIMEOUT_MS = 35_000;
/** A service starts within seconds; what has not by then hangs. Slow machines are many times slower. */
const START_TIMEOUT_MS = 180_000;
const KEPT_LINES = 20;

export interface ServiceProcessOptions {
  /** Shown before each of its lines. */
  readonly name: string;
  /** Program to run by this Node. */
  readonly main: string;
  /** A module to load before it. */
  readonly preload?: string;
  /** With `LOG_LEVEL` at info or below, because the line that says "started" is waited for. */
  readonly env: Environment;
  /** How long it may take until it says that it has started, in milliseconds; 3 minutes when left out. */
  readonly startTimeoutMs?: number;
  /** Each line that it writes, to either stream. */
  readonly onLine?: (line: string) => void;
  /** Told each time it ended by itself and will be started again. */
  readonly onRestart?: (reason: string) => void;
}

/** A service as a process of its own, which is started again whenever it ends by itself, and never outlives us. */
export class ServiceProcess {
  readonly #options: ServiceProcessOptions;
  readonly #kept: KeptRunning;
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve('');

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
    this.#kept = new KeptRunning({
      start: () => this.#run(),
      ended: () => this.#ended,
      onEnd: options.onRestart,
    });
  }

  /** Of the running process; 0 while there is none. */
  get pid(): number {
    return this.#running ? (this.#child?.pid ?? 0) : 0;
  }

  /**
   * Resolves when the service says that it has started.
   *
   * @throws Error with its last lines when it ends before that, or does not say so for long: a service that cannot start is not tried again
   */
  async start(): Promise<void> {
    await this.#kept.start();
  }

  /** SIGTERM: the service answers what is in flight; resolves when it has ended. */
  async stop(): Promise<void> {
    await this.#kept.stop(async () => {
      if (!this.#running) return;
      const impatient = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      this.#child?.kill('SIGTERM');
      await this.#ended;
      clearTimeout(impatient);
    });
  }

  /** Sends a signal; unless the service was stopped before, it comes back after one that ends it. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  get #running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  async #run(): Promise<void> {
    const { name, main, preload, env, startTimeoutMs = START_TIMEOUT_MS, onLine } = this.#options;
    // Nothing of our environment: a service knows what it is told.
    const child = spawnGuarded(process.execPath, [...(preload ? ['--import', preload] : []), main], {
      env,
      detached: true,
    });
    this.#child = child;
    this.#ended = once(child, 'close').then(([code, signal]) =>
      signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`,
    );
    const last: string[] = [];
    const started = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          last.push(line);
          if (last.length > KEPT_LINES) last.shift();
          if (line.includes('"message":"started"')) resolve();
          onLine?.(line);
        });
      }
    });
    let late = false;
    const impatient = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, startTimeoutMs);
    const how = await Promise.race([started, this.#ended]);
    clearTimeout(impatient);
    if (how === undefined) return;
    const what = late ? `had not started within ${startTimeoutMs / 1000} s.` : `${how} before it had started.`;
    throw new Error(`${name} ${what}\n${last.join('\n')}`);
  }
}
