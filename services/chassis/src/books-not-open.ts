import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, unavailable } from './errors.ts';

const REASON = 'BOOKS_NOT_OPEN';
const WAIT_MS = 2_000;
const PAUSE_MS = 50;

/**
 * What a service throws that does not know the organization yet. Its currency and time zone come by the event that
 * auth publishes when it is founded; a default in their place would be wrong money, silently.
 */
export function booksNotOpen(): DomainError {
  return unavailable(REASON, 'The organization’s books are being opened; try again in a moment.');
}

export function isBooksNotOpen(error: unknown): boolean {
  return error instanceof DomainError && error.reason === REASON;
}

/**
 * Runs `attempt` again, with a pause between, while it throws `booksNotOpen`. The event is milliseconds away, and a
 * script that registers and goes on need not know.
 *
 * @param options signal: ends the waiting; withinMs: how long to wait at most, default 2 s
 * @throws what `attempt` throws; `booksNotOpen` when the waiting is over
 */
export async function untilBooksAreOpen<T>(
  attempt: () => Promise<T>,
  { signal, withinMs = WAIT_MS }: { readonly signal?: AbortSignal; readonly withinMs?: number } = {},
): Promise<T> {
  let end: AbortSignal | undefined;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBooksNotOpen(error)) throw error;
      end ??= AbortSignal.any([AbortSignal.timeout(withinMs), ...(signal ? [signal] : [])]);
      // Half of it random: those who came together must not come back together.
      const over = await delay(PAUSE_MS * (0.5 + Math.random() / 2), false, { signal: end }).catch(() => true);
      if (over) throw error;
    }
  }
}
