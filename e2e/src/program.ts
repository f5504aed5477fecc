import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** A program of this repository in a process of its own. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #stdout = '';
  #stderr = '';

  /**
   * @param file path from the root, run by this Node
   * @param env instead of this process's environment, except for PATH
   */
  constructor(file: string, args: readonly string[] = [], env?: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [file, ...args], {
      cwd: repository,
      env: env ? { PATH: process.env.PATH, ...env } : process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk;
    });
    this.#ended = once(this.#child, 'close').then(([code]) => (code as number | null) ?? -1);
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with the exit code at its end; -1 when a signal ended it. */
  async ended(): Promise<number> {
    return await this.#ended;
  }

  /** kill -9. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks it to stop and waits until it has. */
  async terminate(): Promise<number> {
    if (this.running) this.#child.kill('SIGTERM');
    return await this.#ended;
  }
}
