import { setTimeout as delay } from 'node:timers/promises';

/** The first offset of a partition that is not handled yet. */
export interface NextOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A commit costs the coordinator as much as a record; what it would have saved from repetition the inbox recognizes. */
const INTERVAL_MS = 100;

/**
 * Commits offsets behind the deliveries, so that none waits for a commit: one at a time, with the latest of each
 * partition, until it succeeds or somebody else may have the partition.
 */
export class Offsets {
  readonly #commit: (offsets: NextOffset[]) => Promise<void>;
  readonly #leaving = new AbortController();
  #due = new Map<string, NextOffset>();
  #committing: Promise<void> | undefined;

  /** @param commit rejects when it was not done; it is tried again, and says so itself */
  constructor(commit: (offsets: NextOffset[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Everything before this offset is handled. */
  handled(next: NextOffset): void {
    this.#due.set(`${next.topic}/${next.partition}`, next);
    this.#committing ??= this.#run();
  }

  /** Partitions were assigned anew: another member may be further by now. */
  forget(): void {
    this.#due = new Map();
  }

  /** Tries once more to commit what is due; resolves when nothing is under way. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#committing;
  }

  async #run(): Promise<void> {
    const { signal } = this.#leaving;
    while (this.#due.size > 0) {
      const due = this.#due;
      const offsets = new Map(due);
      due.clear();
      try {
        await this.#commit([...offsets.values()]);
      } catch {
        // Later ones, and those assigned anew, go before.
        if (!signal.aborted) for (const [name, next] of offsets) if (!due.has(name)) due.set(name, next);
      }
      await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#committing = undefined;
  }
}
