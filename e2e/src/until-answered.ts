import { setTimeout as delay } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import type { History } from './history.ts';

/** How long a request is sent again: longer than anything is away on purpose. */
const PATIENCE_MS = 150_000;
/** How long one attempt waits for its answer. */
const ANSWER_MS = 20_000;
/** The pause before another attempt doubles from the first to the second of these. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 500];

/** No answer, or one that says to try again: the request may or may not have been done. */
const RETRIABLE: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.Aborted,
  Code.Canceled,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unknown,
  Code.ResourceExhausted,
  // Where clocks disagree, a token may look expired for a while.
  Code.Unauthenticated,
]);

/** One attempt at a request; every attempt has the same request id. */
export type Attempt<T> = (requestId: string, signal: AbortSignal) => Promise<T>;

/**
 * Sends a request again until it is answered, as a careful client does. A platform that does not come back is a
 * finding too, not something to wait for without end: then the last error is thrown.
 */
export async function untilAnswered<T>(history: History, attempt: Attempt<T>): Promise<T> {
  const requestId = crypto.randomUUID();
  const deadline = performance.now() + PATIENCE_MS;
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    history.sent += 1;
    try {
      const answer = await attempt(requestId, AbortSignal.timeout(ANSWER_MS));
      history.acknowledged += 1;
      return answer;
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      if (!RETRIABLE.has(code) || performance.now() > deadline) throw error;
      const refusal = `${Code[code]}: ${rawMessage}`;
      history.retries += 1;
      history.refusals.set(refusal, (history.refusals.get(refusal) ?? 0) + 1);
      await delay(pauseMs);
    }
  }
}
