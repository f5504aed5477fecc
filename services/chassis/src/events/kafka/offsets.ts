import { setTimeout as delay } from 'node:timers/promises';

/** The first offset of a partition that is not handled yet. */
export interface NextOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A commit costs the coordinator as much as a record; what it would have saved from repetition the inbox recognizes. */
const INTERVAL_MS = 100;
/** The client never answers a request that it sends on a connection just broken, and no commit would follow that one. */
const PATIENCE_MS = 10_000;

/**
 * Commits offsets behind the deliveries, so that none waits for a commit: one at a time, with the latest of each
 * partition, until it succeeds or somebody else may have the partition.
 */
export class Offsets {
  readonly #commit: (offsets: NextOffset[]) => Promise<void>;
  readonly #patienceMs: number;
  readonly #leaving = new AbortController();
  #due = new Map<string, NextOffset>();
  #committing: Promise<void> | undefined;

  /**
   * @param commit rejects when it was not done; it is tried again, and says so itself
   * @param patienceMs a commit without an answer for so long counts as one that was not done
   */
  constructor(commit: (offsets: NextOffset[]) => Promise<void>, patienceMs = PATIENCE_MS) {
    this.#commit = commit;
    this.#patienceMs = patienceMs;
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
      if (!(await this.#isCommitted([...offsets.values()])) && !signal.aborted) {
        // Later ones, and those assigned anew, go before.
        for (const [name, next] of offsets) if (!due.has(name)) due.set(name, next);
      }
      await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#committing = undefined;
  }

  async #isCommitted(offsets: NextOffset[]): Promise<boolean> {
    const answered = new AbortController();
    try {
      return await Promise.race([
        this.#commit(offsets).then(() => true),
        delay(this.#patienceMs, false, { signal: answered.signal, ref: false }),
      ]);
    } catch {
      return false;
    } finally {
      answered.abort();
    }
  }
}
