import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer satisfies: events take a moment. Gives the last answer, or throws what was wrong with it
 * when the time is up.
 */
export async function eventually<T>(ask: () => Promise<T>, timeoutMs = 15_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await delay(25);
    }
  }
}
