import type { Topic } from '../events/topics.ts';

const BASE_MS = 50;
const MAX_MS = 10_000;
/** More failing keys than this, and the whole topic waits. */
const MAX_KEYS_PER_TOPIC = 50;

interface Block {
  attempts: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Keys (or whole topics) whose publication failed, and until when they are left alone. It lives in memory only:
 * after a restart everything is tried at once, and the rows themselves still say how often they failed.
 */
export class Blocks {
  readonly #onRelease: () => void;
  readonly #topics = new Map<Topic, Block>();
  readonly #keys = new Map<Topic, Map<string, Block>>();

  constructor({ onRelease }: { onRelease: () => void }) {
    this.#onRelease = onRelease;
  }

  /** What to leave alone now. */
  current(): { topics: ReadonlySet<Topic>; keys: [Topic, string][] } {
    const topics = new Set([...this.#topics].filter(([, block]) => block.timer).map(([topic]) => topic));
    const keys = [...this.#keys].flatMap(([topic, blocks]) =>
      [...blocks].filter(([, block]) => block.timer).map(([key]): [Topic, string] => [topic, key]),
    );
    return { topics, keys };
  }

  /** Whether every one of these topics is to be left alone now. */
  hold(topics: Iterable<string>): boolean {
    for (const topic of topics) if (!this.#topics.get(topic as Topic)?.timer) return false;
    return true;
  }

  /** Everything of the topic that was tried. */
  topicSucceeded(topic: Topic): void {
    this.#forget(this.#topics, topic);
  }

  succeeded(topic: Topic, key: string): void {
    const keys = this.#keys.get(topic);
    if (!keys) return;
    this.#forget(keys, key);
    if (keys.size === 0) this.#keys.delete(topic);
  }

  /**
   * Leaves the key alone for a while, longer each time it fails again.
   *
   * @returns the how manieth wait in a row this began; 0 for further failures of the same batch, which begin none
   */
  failed(topic: Topic, key: string): number {
    if (this.#topics.has(topic)) return this.#wait(this.#topics, topic);
    const keys = this.#keys.get(topic) ?? new Map<string, Block>();
    this.#keys.set(topic, keys);
    if (keys.size < MAX_KEYS_PER_TOPIC || keys.has(key)) return this.#wait(keys, key);
    return this.topicFailed(topic);
  }

  /** Leaves the whole topic alone for a while: looking past all that waits for it would cost more with every row. */
  topicFailed(topic: Topic): number {
    const keys = this.#keys.get(topic);
    for (const known of keys?.keys() ?? []) this.#forget(keys as Map<string, Block>, known);
    this.#keys.delete(topic);
    return this.#wait(this.#topics, topic);
  }

  /** Forgets everything. */
  clear(): void {
    for (const topic of this.#topics.keys()) this.#forget(this.#topics, topic);
    for (const keys of this.#keys.values()) for (const key of keys.keys()) this.#forget(keys, key);
    this.#keys.clear();
  }

  #wait<K>(blocks: Map<K, Block>, name: K): number {
    const block = blocks.get(name) ?? { attempts: 0, timer: undefined };
    blocks.set(name, block);
    if (block.timer) return 0;
    const waitMs = Math.min(MAX_MS, BASE_MS * 2 ** block.attempts) * (0.5 + Math.random() / 2);
    block.attempts += 1;
    block.timer = setTimeout(() => {
      block.timer = undefined;
      this.#onRelease();
    }, waitMs);
    return block.attempts;
  }

  #forget<K>(blocks: Map<K, Block>, name: K): void {
    clearTimeout(blocks.get(name)?.timer);
    blocks.delete(name);
  }
}
