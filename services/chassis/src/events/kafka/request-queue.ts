// @ts-expect-error: a module of the client's inside, without types
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { systemClock } from '../../clock.ts';

/** Of the client's queue of requests to one broker, what is mended here. */
interface Queue {
  /** Instant in ms until which the broker asked us to hold back; -1 when it did not. */
  readonly throttledUntil: number;
  readonly pending: readonly unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_INTERVAL_MS = 10;

/**
 * Looks again at the requests that wait. The client's own version sets a timer after each answer, whether anything
 * waits or not, and at a time in the past (-1 minus now), over which Node prints a TimeoutNegativeWarning.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: Queue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(CHECK_INTERVAL_MS, this.throttledUntil - systemClock.now().getTime()),
  );
};
