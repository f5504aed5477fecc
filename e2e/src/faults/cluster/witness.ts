import { setTimeout as delay } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@finflow/local/src/options.ts';
import type { DatabaseServer } from './database-server.ts';

/** Often enough that hearing what is new takes no time that would count as recovery. */
const LISTEN_EVERY_MS = 1_000;

/** Where in a database's log something happened; a later one is a greater number. */
export type LogPosition = bigint;

/** An event as the transaction that caused it wrote it into its outbox. */
export interface WrittenEvent {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly writtenAt: LogPosition;
  readonly committedAt: LogPosition;
}

/** An event that a consumer group marked as received, together with its effect. */
export interface ReceivedEvent {
  readonly id: string;
  readonly group: string;
  readonly topic: string;
}

const OUTBOX =
  /^table public\.outbox: INSERT: .*?\bevent_id\[uuid\]:'([^']+)' topic\[text\]:'([^']+)' key\[text\]:'([^']+)'/;
const INBOX =
  /^table public\.inbox: INSERT: .*?\bconsumer_group\[text\]:'([^']+)' event_id\[uuid\]:'([^']+)' topic\[text\]:'([^']+)'/;

const slotOf = (name: ServiceName) => `witness_${name}`;

/**
 * What really happened, by PostgreSQL's own log (logical decoding): every event that was committed to an outbox, and
 * every event that a consumer committed as received, in the order of commits. Services don't notice; and what the
 * outbox forgets once it is published is known here for ever.
 */
export class Witness {
  readonly #database: DatabaseServer;
  readonly #heardUntil = new Map<ServiceName, LogPosition>();
  readonly written = new Map<string, WrittenEvent>();
  /** In the order of commits, for each group. */
  readonly received = new Map<string, ReceivedEvent[]>();
  #listening: Promise<void> = Promise.resolve();

  private constructor(database: DatabaseServer) {
    this.#database = database;
  }

  /** Begins to listen: what was committed before is not heard. */
  static async install(database: DatabaseServer): Promise<Witness> {
    for (const name of serviceNames) {
      await database.rows(name, `select pg_create_logical_replication_slot($1, 'test_decoding')`, [slotOf(name)]);
    }
    return new Witness(database);
  }

  /** Hears what was committed since the last time. */
  async listen(): Promise<void> {
    // A slot of the log has one reader at a time.
    const heard = this.#listening.then(async () => {
      for (const name of serviceNames) await this.#listenTo(name);
    });
    this.#listening = heard.catch(() => undefined);
    await heard;
  }

  /** Listens again and again until it is told to stop. */
  async keepListening(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      // While the server is away there is nothing to hear.
      await this.listen().catch(() => undefined);
      await delay(LISTEN_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  async #listenTo(name: ServiceName): Promise<void> {
    const rows = await this.#database.rows<{ lsn: string; data: string }>(
      name,
      `select lsn::text, data from pg_logical_slot_get_changes($1, null, null, 'skip-empty-xacts', '1')
       where data like 'COMMIT%' or data like 'table public.outbox: INSERT%' or data like 'table public.inbox: INSERT%'`,
      [slotOf(name)],
    );
    let pending: { at: LogPosition; data: string }[] = [];
    for (const { lsn, data } of rows) {
      if (!data.startsWith('COMMIT')) {
        pending.push({ at: positionOf(lsn), data });
        continue;
      }
      const committedAt = positionOf(lsn);
      // After a crash the server tells again what it told shortly before.
      if (committedAt > (this.#heardUntil.get(name) ?? 0n)) {
        this.#heardUntil.set(name, committedAt);
        for (const { at, data: change } of pending) this.#note(change, at, committedAt);
      }
      pending = [];
    }
  }

  #note(change: string, writtenAt: LogPosition, committedAt: LogPosition): void {
    const [, id = '', topic = '', key = ''] = OUTBOX.exec(change) ?? [];
    if (id) {
      this.written.set(id, { id, topic, key, writtenAt, committedAt });
      return;
    }
    const [, group = '', eventId = '', ofTopic = ''] = INBOX.exec(change) ?? [];
    if (!eventId) throw new Error(`The log has an outbox or inbox row of an unknown shape: ${change.slice(0, 300)}`);
    const before = this.received.get(group) ?? [];
    before.push({ id: eventId, group, topic: ofTopic });
    this.received.set(group, before);
  }
}

/** PostgreSQL writes a position as two hexadecimal numbers, `0/16B3748`. */
function positionOf(lsn: string): LogPosition {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
