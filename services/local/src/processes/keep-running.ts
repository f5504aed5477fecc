import { setTimeout as delay } from 'node:timers/promises';

const RESTART_BASE_MS = 250;
const RESTART_MAX_MS = 10_000;
/** What ran so long before it ended is started again at once. */
const STABLE_MS = 30_000;

export interface KeptOptions {
  /** Starts it; resolves when it is ready. */
  readonly start: () => Promise<void>;
  /** Resolves when what was started last has ended, with how, in a few words. */
  readonly ended: () => Promise<string>;
  /** Told each time it has ended by itself, or has not started, and will be started again. */
  readonly onEnd?: (how: string) => void;
}

/** Starts something again whenever it ends by itself, after a pause that grows: what an orchestrator does for it. */
export class KeptRunning {
  readonly #options: KeptOptions;
  #stopping = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  /** Throws what the first start throws: what cannot start at all is not tried again. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    await this.#options.start();
    this.#watching = this.#watch(this.#stopping.signal);
  }

  /** Starts it no more and ends it with `end`, which is called again for what was just starting. */
  async stop(end: () => Promise<void>): Promise<void> {
    this.#stopping.abort();
    await end();
    await this.#watching;
    await end();
  }

  async #watch(stopping: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stopping.aborted) {
      const startedAtMs = performance.now();
      const how = await this.#options.ended();
      failures = performance.now() - startedAtMs > STABLE_MS ? 0 : failures + 1;
      failures = await this.#startAgain(how, failures, stopping);
    }
  }

  /** Gives how often in a row it has failed by now. */
  async #startAgain(how: string, failures: number, stopping: AbortSignal): Promise<number> {
    while (!stopping.aborted) {
      this.#options.onEnd?.(how);
      const pauseMs = failures === 0 ? 0 : Math.min(RESTART_MAX_MS, RESTART_BASE_MS * 2 ** (failures - 1));
      await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted) break;
      try {
        await this.#options.start();
        break;
      } catch (error) {
        failures += 1;
        how = error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error);
      }
    }
    return failures;
  }
}
