import type { Problem } from './problem.ts';

/**
 * The request ids of one thing a person means to do: an invoice to create, a refund to give. A retry after a lost answer
 * sends the same id, so that nothing happens twice; once a service has refused for good, the next attempt is another
 * request and gets another id.
 */
export class Intent {
  private requestId = crypto.randomUUID() as string;

  /** The id for the next attempt, given what became of the last one (null: none yet). */
  attempt(last: Problem | null): string {
    if (last && !last.unsettled) this.renew();
    return this.requestId;
  }

  /** Begins another intent: the last one was answered. */
  renew(): void {
    this.requestId = crypto.randomUUID();
  }
}
