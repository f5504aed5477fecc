import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Repeats an assertion until it holds, for what happens by itself a little later; at the time limit its last error
 * is thrown.
 *
 * @returns what the assertion returned
 */
export async function eventually<T>(assertion: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    try {
      return await assertion();
    } catch (error) {
      if (waitedMs >= timeoutMs) throw error;
    }
    await delay(POLL_MS);
  }
}
