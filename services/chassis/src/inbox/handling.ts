import type { EntityManager } from 'typeorm';
import { savepoint } from '../database/transaction.ts';
import type { EventRecord } from '../events/bus.ts';
import type { EventCodec } from '../events/codec.ts';
import type { Topic } from '../events/topics.ts';
import type { Logger } from '../logger.ts';
import { inTraceOf, type Outcome, type Receiving } from '../telemetry/receiving.ts';
import { putAside } from './dead-letter.ts';
import { failureKind, type GivenUp } from './failure.ts';
import type { Inbox } from './inbox.ts';
import { type ReceivedEvent, receive } from './received-event.ts';
import { bindRelease, WaitFor } from './wait-for.ts';
import { lockWaitKey, park, unpark } from './waiting.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing, and are declared so
type Answer = WaitFor | undefined | void;

/** Applies one event. Its effect must be in `tx` alone: the event is marked as received in the same transaction. */
export type EventHandler<T extends Topic> = (tx: EntityManager, event: ReceivedEvent<T>) => Promise<Answer>;

export type EventHandlers = { readonly [T in Topic]?: EventHandler<T> };

export interface HandlingOptions {
  readonly group: string;
  readonly codec: EventCodec;
  readonly handlers: EventHandlers;
  readonly receiving: Receiving;
  readonly logger: Logger;
  readonly attempts: number;
}

/** An event that was put aside, and why. */
export interface Burial {
  readonly record: EventRecord;
  readonly given: GivenUp;
}

/** An event's effect within a transaction of its organization, wherever the event comes from: bus, inbox, dead letter. */
export class EventHandling {
  readonly #options: HandlingOptions;

  constructor(options: HandlingOptions) {
    this.#options = options;
  }

  /** Reads a record. Throws as `receive` does. */
  async read(record: EventRecord): Promise<ReceivedEvent> {
    return await receive(record, this.#options.codec);
  }

  /**
   * Lets the handlers that run in this transaction release what waits in the inbox.
   *
   * @returns what is put aside while it runs, for `logBurials` once it has committed
   */
  bind(tx: EntityManager, inbox: Inbox): readonly Burial[] {
    const burials: Burial[] = [];
    bindRelease(tx, async (inner, key) => {
      await lockWaitKey(inner, inbox, key);
      for (const { record } of await unpark(inner, inbox, key)) {
        await this.#applyReleased(inner, inbox, record, burials);
      }
    });
    return burials;
  }

  /** Runs the event's handler; an event that comes too early is parked in the inbox. */
  async handle(tx: EntityManager, inbox: Inbox, record: EventRecord, event: ReceivedEvent): Promise<void> {
    let answer = await this.#call(tx, event);
    // Asked again under the key's lock, until it still waits for the very key that is locked: the effect may have
    // been committed since the first answer, and its release found nobody waiting.
    for (let locked: string | undefined; answer instanceof WaitFor; answer = await this.#call(tx, event)) {
      if (answer.key === locked) return await park(tx, inbox, event.id, answer.key, record);
      locked = answer.key;
      await lockWaitKey(tx, inbox, locked);
    }
  }

  /** Says in the log that events became dead letters. People are woken by it, so it comes after the commit. */
  logBurials(burials: readonly Burial[]): void {
    const { group, logger } = this.#options;
    for (const { record, given } of burials) {
      const { topic, key, headers } = record;
      const line = { err: given.error, group, topic, key, eventId: headers.id, attempts: given.attempts };
      inTraceOf(record, () => logger.error(line, 'an event became a dead letter'));
    }
  }

  async #call(tx: EntityManager, event: ReceivedEvent): Promise<Answer> {
    const handler = this.#options.handlers[event.topic] as EventHandler<Topic> | undefined;
    if (!handler) throw new Error(`The group "${this.#options.group}" has no handler for "${event.topic}".`);
    return await this.#options.receiving.process(event, outcomeOf, () => handler(tx, event));
  }

  /** In a savepoint: an event that waited and fails now must not take the one that released it along. */
  async #applyReleased(tx: EntityManager, inbox: Inbox, record: EventRecord, burials: Burial[]): Promise<void> {
    const before = burials.length;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const event = await this.read(record);
        return await savepoint(tx, () => this.handle(tx, inbox, record, event));
      } catch (error) {
        const kind = failureKind(error);
        // What it released in its turn went back with the savepoint.
        burials.length = before;
        // The whole transaction is tried again, with the event that released this one.
        if (kind === 'transient') throw error;
        if (kind === 'unexplained' && attempt < this.#options.attempts) continue;
        const given = { error, attempts: attempt };
        await putAside(tx, this.#options.group, record, given);
        burials.push({ record, given });
        return;
      }
    }
  }
}

function outcomeOf(answer: Answer): Outcome {
  return answer instanceof WaitFor ? 'waiting' : 'handled';
}
