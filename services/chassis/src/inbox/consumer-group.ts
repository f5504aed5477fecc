import type { EntityManager } from 'typeorm';
import { type Clock, systemClock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { EventBus, EventRecord, Subscription } from '../events/bus.ts';
import { EventCodec } from '../events/codec.ts';
import { every, type PeriodicJob } from '../lifecycle.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { Slots } from '../slots.ts';
import type { Gauges } from '../telemetry/gauges.ts';
import { Receiving } from '../telemetry/receiving.ts';
import { putAside } from './dead-letter.ts';
import { type GivenUp, tryOften } from './failure.ts';
import { inboxGauges } from './gauges.ts';
import { type Burial, type EventHandlers, EventHandling } from './handling.ts';
import { markReceived } from './inbox.ts';
import { identify } from './received-event.ts';
import { Replayer } from './replayer.ts';
import { listWaiting } from './waiting.ts';

export type { EventHandler, EventHandlers } from './handling.ts';
export type { ReceivedEvent } from './received-event.ts';
export { release, type WaitFor, waitFor } from './wait-for.ts';

const BATCH_SIZE = 100;
const WAITING_CHECK_MS = 60_000;
/** The look is one index probe on an index that is empty most of the time. */
const REPLAY_CHECK_MS = 1_000;

export interface ConsumerGroupOptions {
  /** The service's name, as the topics' declarations name their consumers. */
  readonly group: string;
  readonly database: Database;
  readonly bus: EventBus;
  /** Default: one of its own on `mock://`. */
  readonly codec?: EventCodec;
  readonly handlers: EventHandlers;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** How often a handler may fail, for a reason that is not explained, before its event is put aside. Default 3. */
  readonly attempts?: number;
  /** An event that waits longer for another's effect is logged. Default 5 minutes. */
  readonly waitingTooLongMs?: number;
}

/**
 * Applies the events of its topics, each exactly once: the inbox row and the effect commit together, and a row that is
 * there already means a repetition.
 *
 * Up to 100 events of one organization share a transaction. When one of them fails, all are rolled back and go one by
 * one. What is nobody's fault (see `FailureKind`) is tried again and then handed back to the bus, which comes again; an
 * event at fault is put aside as a dead letter so that those behind it go on, until somebody asks for its replay.
 */
export class ConsumerGroup {
  readonly #options: ConsumerGroupOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #attempts: number;
  readonly #receiving: Receiving;
  readonly #handling: EventHandling;
  readonly #replayer: Replayer;
  /** For transactions: half of the pool, so that requests find connections however much is delivered. */
  readonly #slots: Slots;
  readonly #jobs: readonly PeriodicJob[];
  #subscription: Subscription | undefined;
  #gauges: Gauges | undefined;
  #stopping = false;

  constructor(options: ConsumerGroupOptions) {
    const { group, database, handlers, codec = new EventCodec(), logger = silentLogger, attempts = 3 } = options;
    this.#options = options;
    this.#logger = logger;
    this.#clock = options.clock ?? systemClock;
    this.#attempts = attempts;
    this.#slots = new Slots(Math.max(1, Math.floor(database.poolSize / 2)));
    this.#receiving = new Receiving(group, options.bus.system, this.#clock);
    this.#handling = new EventHandling({ group, codec, handlers, receiving: this.#receiving, logger, attempts });
    this.#replayer = new Replayer({ group, database, handling: this.#handling, attempts, logger });
    this.#jobs = [
      every({
        name: 'replay dead letters',
        intervalMs: REPLAY_CHECK_MS,
        run: (signal) => this.#replayer.run(signal),
        logger,
      }),
      every({ name: 'report waiting events', intervalMs: WAITING_CHECK_MS, run: () => this.reportWaiting(), logger }),
    ];
  }

  /** Begins to receive. */
  async start(): Promise<void> {
    const { bus, group, handlers, database } = this.#options;
    this.#stopping = false;
    this.#subscription = await bus.subscribe(group, Object.keys(handlers), (records) => this.#take(records));
    for (const job of this.#jobs) job.start();
    this.#gauges = inboxGauges(group, database, this.#logger);
  }

  /** Takes no more records; resolves when those in flight are committed or handed back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#subscription?.stop(), this.#gauges?.stop(), ...this.#jobs.map((job) => job.stop())]);
    this.#subscription = undefined;
    this.#gauges = undefined;
  }

  /**
   * Handles the dead letters whose replay was asked for; called once a second by itself.
   *
   * @returns how many succeeded
   */
  async replayRequested(): Promise<number> {
    return await this.#replayer.run();
  }

  /** Logs how many events have waited too long for another's effect; called once a minute by itself. */
  async reportWaiting(): Promise<void> {
    const { database, group, waitingTooLongMs = 5 * 60_000 } = this.#options;
    const receivedBefore = new Date(this.#clock.now().getTime() - waitingTooLongMs);
    try {
      const { events, total } = await database.system((tx) => listWaiting(tx, { group, receivedBefore }, 1));
      const [oldest] = events;
      if (oldest) this.#logger.warn({ group, waiting: total, oldest }, 'events wait too long for those they build on');
    } catch (error) {
      this.#logger.warn({ err: error, group }, 'waiting events could not be looked for');
    }
  }

  /** Organizations have nothing to do with each other; the events of each stay in order. */
  async #take(records: readonly EventRecord[]): Promise<void> {
    this.#receiving.received(records);
    const byOrganization = Map.groupBy(records, ({ headers }) => headers.organizationId);
    const outcomes = await Promise.allSettled(
      [...byOrganization.values()].map((own) => this.#slots.run(() => this.#takeOrganization(own))),
    );
    const failed = outcomes.find(({ status }) => status === 'rejected');
    // All come again then; those that took effect are recognized.
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  async #takeOrganization(records: readonly EventRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += BATCH_SIZE) {
      const batch = records.slice(from, from + BATCH_SIZE);
      if (batch.length > 1 && (await this.#applyTogether(batch))) continue;
      // Stops at the first that must come again: those behind it may be of the same key.
      for (const record of batch) await this.#applyAlone(record);
    }
  }

  async #applyTogether(batch: readonly EventRecord[]): Promise<boolean> {
    try {
      await this.#apply(batch);
      return true;
    } catch (error) {
      this.#logger.debug({ err: error, group: this.#options.group }, 'a batch failed; its events go one by one');
      return false;
    }
  }

  async #applyAlone(record: EventRecord): Promise<void> {
    const given = await tryOften(() => this.#apply([record]), {
      attempts: this.#attempts,
      stopping: () => this.#stopping,
    });
    if (given) await this.#bury(record, given);
  }

  /** One transaction: which of these are new, and their effects. All of one organization. */
  async #apply(records: readonly EventRecord[]): Promise<void> {
    const events = await Promise.all(records.map((record) => this.#handling.read(record)));
    const organizationId = events[0]?.organizationId;
    if (organizationId === undefined) return;
    const { database, group } = this.#options;
    const inbox = { organizationId, group };
    let burials: readonly Burial[] = [];
    const apply = async (tx: EntityManager) => {
      burials = this.#handling.bind(tx, inbox);
      const fresh = await markReceived(tx, inbox, events);
      for (const [index, event] of events.entries()) {
        const record = records[index];
        // Deleting also skips an event that is twice in this batch.
        if (record && fresh.delete(event.id)) await this.#handling.handle(tx, inbox, record, event);
      }
    };
    await this.#receiving.transaction(records, () => database.tenant(organizationId, apply));
    this.#handling.logBurials(burials);
  }

  /** The dead letter and the inbox row in one transaction, so that a redelivery is not handled again. */
  async #bury(record: EventRecord, given: GivenUp): Promise<void> {
    const { database, group } = this.#options;
    const { organizationId, id } = identify(record);
    const bury = async (tx: EntityManager) => {
      const fresh = await markReceived(tx, { organizationId, group }, [{ id, topic: record.topic }]);
      if (fresh.size > 0) await putAside(tx, group, record, given);
      return fresh.size > 0;
    };
    const buried = await this.#receiving.transaction([record], () => database.tenant(organizationId, bury));
    // Otherwise it was a repetition, or another instance has handled it meanwhile.
    if (buried) this.#handling.logBurials([{ record, given }]);
  }
}
