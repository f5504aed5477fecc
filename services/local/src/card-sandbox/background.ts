/** A piece of background work: does what is due and says whether there was anything. */
export type Task = () => Promise<boolean>;

/**
 * Runs tasks one after another whenever woken, and every `pollMs` for what has become due by time alone. A task that
 * throws (the database is restarting, say) is tried again at the next poll.
 */
export class Background {
  readonly #tasks: readonly Task[];
  readonly #pollMs: number;
  readonly #report: (problem: string) => void;
  #running: Promise<void> | undefined;
  #stopped = false;
  #woken = false;
  #wake: () => void = () => undefined;

  constructor(tasks: readonly Task[], pollMs: number, report: (problem: string) => void) {
    this.#tasks = tasks;
    this.#pollMs = pollMs;
    this.#report = report;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Lets the task under way end, and runs no further one. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const worked = await this.#runTasks();
      if (!worked && !this.#woken) await this.#sleep();
    }
  }

  async #runTasks(): Promise<boolean> {
    let worked = false;
    for (const task of this.#tasks) {
      if (this.#stopped) return false;
      try {
        if (await task()) worked = true;
      } catch (error) {
        this.#report(`background work failed and is tried again: ${(error as Error).message}`);
        return false;
      }
    }
    return worked;
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
