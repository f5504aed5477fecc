import type { Logger } from '../logger.ts';

const checkTimeoutMs = 2_000;

/** Whether this process should get requests now. A check that hangs counts as failed; a draining server is never ready. */
export class Readiness {
  readonly #probe: () => Promise<void>;
  readonly #logger: Logger;
  #running: Promise<boolean> | undefined;
  readonly #drain = new AbortController();

  constructor(probe: () => Promise<void>, logger: Logger) {
    this.#probe = probe;
    this.#logger = logger;
  }

  get draining(): boolean {
    return this.#drain.signal.aborted;
  }

  /** Aborts when draining begins. */
  get drainSignal(): AbortSignal {
    return this.#drain.signal;
  }

  drain(): void {
    this.#drain.abort();
  }

  /** Runs the probe; callers that ask meanwhile share the answer, so that probes cannot pile up on a sick database. */
  async check(): Promise<boolean> {
    if (this.draining) return false;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return (await this.#running) && !this.draining;
  }

  async #run(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready within ${checkTimeoutMs} ms`)), checkTimeoutMs);
    });
    try {
      await Promise.race([this.#probe(), timeout]);
      return true;
    } catch (error) {
      this.#logger.warn({ err: error }, 'not ready');
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
