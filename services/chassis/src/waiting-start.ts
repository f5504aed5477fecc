import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from './database/sql-state.ts';
import type { Logger } from './logger.ts';
import { OperatorError } from './operator-error.ts';
import { sentenceFor } from './program.ts';

const LOOK_AGAIN_MS = 500;

export interface WaitOptions {
  /** After this long the last failure is thrown; 0 tries once. */
  readonly waitMs: number;
  readonly logger: Logger;
}

/** Something is missing that others bring while this process starts: a migration, a topic. */
export class NotYetThere extends OperatorError {
  override readonly name: string = 'NotYetThere';
}

/**
 * Does what a start needs, again and again while it fails for want of a database that answers or of `NotYetThere`. In a
 * cluster everything starts at once, and restarting for it would only make the pauses longer. Any other failure, a
 * wrong password say, is thrown at once.
 */
export async function waitUntilThere<T>(attempt: () => Promise<T>, { waitMs, logger }: WaitOptions): Promise<T> {
  const startedMs = performance.now();
  let said: string | undefined;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof NotYetThere || isUnavailable(error);
      if (!passing || performance.now() - startedMs + LOOK_AGAIN_MS > waitMs) throw error;
      const reason = sentenceFor(error);
      // Once a reason: what waits twice a second would bury the rest.
      if (reason !== said) logger.warn({ reason, waitMs }, 'waiting to start');
      said = reason;
      await delay(LOOK_AGAIN_MS);
    }
  }
}
