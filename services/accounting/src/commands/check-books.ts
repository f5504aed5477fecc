import { sqlState } from '@finflow/chassis/database/sql-state';
import type { AccountingParts } from '../parts.ts';
import { type BooksState, checkBooksOf, organizationsAfter } from '../store/check-books.ts';

const PAGE_SIZE = 100;
/** Time that one run may take before it leaves the rest to the next: with a minute between runs, 3 % of a connection. */
const RUN_MS = 2_000;

/** What is known of the books of all organizations together. It holds no figure of any single one that is sound. */
export interface BooksReport {
  readonly imbalanceMinor: bigint;
  readonly unexplainedMinor: bigint;
  /** When the latest round through all organizations ended, or when the first began. */
  readonly since: Date;
}

/**
 * Holds every organization's balances against its journal, one after the other and round after round. The database keeps
 * them equal; this is for what gets past it: a restored backup, a disk, an operator's hand.
 *
 * Each is looked at in its own tenant transaction, with the rights of a request: no role is needed that sees the books of
 * several. What is wrong stays in the report until a later look finds it sound.
 */
export class BooksCheck {
  readonly #parts: AccountingParts;
  readonly #wrong = new Map<string, BooksState>();
  #after: string | undefined;
  #since: Date;

  constructor(parts: AccountingParts) {
    this.#parts = parts;
    this.#since = parts.clock.now();
  }

  report(): BooksReport {
    const sum = (of: (state: BooksState) => bigint) =>
      [...this.#wrong.values()].reduce((all, one) => all + of(one), 0n);
    return {
      imbalanceMinor: sum(({ imbalanceMinor }) => imbalanceMinor),
      unexplainedMinor: sum(({ unexplainedMinor }) => unexplainedMinor),
      since: this.#since,
    };
  }

  /** Goes on where the last run stopped, for two seconds or to the end of the round. */
  async run(signal?: AbortSignal): Promise<void> {
    const { database, clock } = this.#parts;
    const endMs = performance.now() + RUN_MS;
    while (!signal?.aborted) {
      const page = await database.system((tx) => organizationsAfter(tx, this.#after, PAGE_SIZE));
      if (page.length === 0) {
        this.#after = undefined;
        this.#since = clock.now();
        return;
      }
      for (const organizationId of page) {
        // Before it is looked at: one that cannot be checked must not keep the round from the others.
        this.#after = organizationId;
        await this.#check(organizationId);
        if (signal?.aborted || performance.now() > endMs) return;
      }
    }
  }

  async #check(organizationId: string): Promise<void> {
    const { database, logger } = this.#parts;
    try {
      const state = await database.tenant(organizationId, (tx) => checkBooksOf(tx, organizationId));
      if (state.imbalanceMinor === 0n && state.unexplainedMinor === 0n) {
        this.#wrong.delete(organizationId);
        return;
      }
      const { imbalanceMinor, unexplainedMinor } = state;
      const line = { organizationId, imbalanceMinor: `${imbalanceMinor}`, unexplainedMinor: `${unexplainedMinor}` };
      if (!this.#wrong.has(organizationId)) logger.error(line, 'the books of an organization are wrong');
      this.#wrong.set(organizationId, state);
    } catch (error) {
      // 57014: its journal takes longer than a statement may.
      if (sqlState(error) !== '57014') throw error;
      logger.warn({ organizationId }, 'the books of an organization are too large to be checked at once');
    }
  }
}
