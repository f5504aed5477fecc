/** A bound on how much happens at a time. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether there was a free one, which is the caller's now. */
  take(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  give(): void {
    this.#free += 1;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call();
  }

  /** Calls once when one becomes free, which others may be told of too. */
  whenFree(call: () => void): void {
    this.#waiting.add(call);
  }

  /** Waits for a free one and runs `work` in it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (!this.take()) await new Promise<void>((resolve) => this.whenFree(resolve));
    try {
      return await work();
    } finally {
      this.give();
    }
  }
}
