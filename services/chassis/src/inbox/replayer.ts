import type { Database } from '../database/database.ts';
import type { Logger } from '../logger.ts';
import { keepAgain, type RequestedReplay, requestedReplays, takeForReplay } from './dead-letter.ts';
import { failureKind, tryOften } from './failure.ts';
import type { Burial, EventHandling } from './handling.ts';
import { markReceived } from './inbox.ts';

/** Rows looked at together: bounds memory. */
const PAGE_SIZE = 200;

export interface ReplayerOptions {
  readonly group: string;
  readonly database: Database;
  readonly handling: EventHandling;
  readonly attempts: number;
  readonly logger: Logger;
}

/**
 * Handles the dead letters again that somebody marked for it in the database, which is how a command in another
 * process reaches the handlers of a running service.
 *
 * Each has its effect once. Its inbox row is there, so a redelivery by the bus is taken for a repetition; effect and
 * removal commit together, so a crash leaves either the dead letter still asked for or its effect; and instances of one
 * service meet at the row, where the second waits for the first. They go in the order in which they failed first, one at
 * a time, so those of one key keep their order whichever instance takes the next.
 */
export class Replayer {
  readonly #options: ReplayerOptions;
  #unreachable = false;

  constructor(options: ReplayerOptions) {
    this.#options = options;
  }

  /**
   * Handles everything asked for now. What fails for a passing reason stays asked for, and so does what is behind it
   * with the same key; the next run tries again. Never rejects for a database that is away.
   *
   * @returns how many succeeded
   */
  async run(signal?: AbortSignal): Promise<number> {
    const { group, logger } = this.#options;
    try {
      const succeeded = await this.#run(signal);
      this.#unreachable = false;
      return succeeded;
    } catch (error) {
      if (failureKind(error) !== 'transient') throw error;
      // Once, not each second for as long as it lasts.
      if (!this.#unreachable) logger.warn({ err: error, group }, 'replays could not be looked for; trying again');
      this.#unreachable = true;
      return 0;
    }
  }

  async #run(signal: AbortSignal | undefined): Promise<number> {
    const { database, group } = this.#options;
    const held = new Set<string>();
    let succeeded = 0;
    for (let after = 0n; ; ) {
      const page = await database.system((tx) => requestedReplays(tx, group, { after, limit: PAGE_SIZE }));
      for (const replay of page) {
        if (signal?.aborted) return succeeded;
        after = replay.position;
        const key = JSON.stringify([replay.topic, replay.key]);
        if (held.has(key)) continue;
        const outcome = await this.#replay(replay, () => signal?.aborted ?? false);
        if (outcome === 'succeeded') succeeded += 1;
        if (outcome === 'later') held.add(key);
      }
      if (page.length < PAGE_SIZE) return succeeded;
    }
  }

  async #replay(replay: RequestedReplay, stopping: () => boolean): Promise<'succeeded' | 'failed' | 'gone' | 'later'> {
    const { database, logger, attempts } = this.#options;
    const { topic, key, group, eventId } = replay;
    let taken = false;
    const work = async () => {
      taken = await this.#apply(replay);
    };
    try {
      const given = await tryOften(work, { attempts, stopping });
      if (!given) {
        if (taken) logger.info({ group, topic, key, eventId }, 'a dead letter was handled');
        return taken ? 'succeeded' : 'gone';
      }
      // Otherwise the error is of a try that somebody else's success or decision has overtaken.
      if (!(await database.tenant(replay.organizationId, (tx) => keepAgain(tx, replay, given)))) return 'gone';
      logger.error(
        { err: given.error, group, topic, key, eventId, attempts: given.attempts },
        'a dead letter failed again',
      );
      return 'failed';
    } catch (error) {
      logger.warn({ err: error, group, topic, key, eventId }, 'a dead letter cannot be handled now; trying again');
      return 'later';
    }
  }

  /** One transaction: the dead letter goes and its effect is there, or neither. Whether there was one. */
  async #apply({ organizationId, group, eventId, topic }: RequestedReplay): Promise<boolean> {
    const { database, handling } = this.#options;
    let burials: readonly Burial[] = [];
    const taken = await database.tenant(organizationId, async (tx) => {
      const inbox = { organizationId, group };
      // It is there already, unless it was pruned by a release that did not keep those of dead letters. Before the dead
      // letter, as wherever an event is received: whoever locks both tables meets all of us in that order.
      await markReceived(tx, inbox, [{ id: eventId, topic }]);
      const record = await takeForReplay(tx, { ...inbox, eventId });
      if (!record) return false;
      burials = handling.bind(tx, inbox);
      await handling.handle(tx, inbox, record, await handling.read(record));
      return true;
    });
    handling.logBurials(burials);
    return taken;
  }
}
