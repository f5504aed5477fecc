import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { DataSource, type EntityManager, type EntitySchema } from 'typeorm';
import { aborted, unavailable } from '../errors.ts';
import { type Logger, silentLogger } from '../logger.ts';
import type { Gauges } from '../telemetry/gauges.ts';
import { connecting, databaseAddress } from './address.ts';
import { CoalescingSocket } from './coalescing-socket.ts';
import { SnakeCaseNaming, typeParsers } from './columns.ts';
import { type PoolState, poolGauges } from './gauges.ts';
import { prepared } from './prepared.ts';
import { isConflict, isUnavailable } from './sql-state.ts';
import { begin, commit } from './transaction.ts';

/** A transaction is run this often before a conflict with others is reported to the caller. */
const MAX_ATTEMPTS = 5;
const RETRY_BASE_MS = 5;

export interface DatabaseOptions {
  /** Connection URL of the service's role, which owns nothing. */
  readonly url: string;
  readonly entities?: readonly EntitySchema[];
  /** Connections at most; at least 2, because the outbox relay holds one while consumers use another. Default 10. */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  readonly logger?: Logger;
  /** A statement is cancelled after this time. Default 30 s. */
  readonly statementTimeoutMs?: number;
}

export interface TransactionOptions {
  /** Default READ COMMITTED: constraints and row locks settle races. */
  readonly isolation?: 'REPEATABLE READ' | 'SERIALIZABLE';
}

/** Told, after a commit, of the topics it wrote events of. */
export type CommitListener = (topics: ReadonlySet<string>) => void;

/**
 * A service's database. Rows are reached only inside `tenant` or `system`: outside of them row-level security shows
 * no row and refuses every insert, because neither setting is there.
 */
export class Database {
  readonly dataSource: DataSource;
  /** Connections at most. */
  readonly poolSize: number;
  /** From then on a server may close connections before they have ended by themselves. */
  #closing = false;
  readonly #url: string;
  readonly #commitListeners = new Set<CommitListener>();
  readonly #logger: Logger;
  #gauges: Gauges | undefined;

  constructor(options: DatabaseOptions) {
    const { poolSize = 10, logger = silentLogger, statementTimeoutMs = 30_000 } = options;
    if (poolSize < 2) throw new RangeError('A database pool needs at least 2 connections.');
    this.poolSize = poolSize;
    this.#logger = logger;
    this.#url = options.url;
    this.dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      entities: [...(options.entities ?? [])],
      namingStrategy: new SnakeCaseNaming(),
      applicationName: options.applicationName ?? 'finflow',
      poolSize,
      // Extensions are the owner's to install; a service's role may not.
      installExtensions: false,
      poolErrorHandler: (error: Error) => {
        // The whole error would bring the client along, with every statement it has prepared.
        const { message, code } = error as Error & { code?: string };
        if (!this.#closing) logger.warn({ reason: message, code }, 'a pooled database connection was lost');
      },
      extra: {
        types: typeParsers,
        // Statements of a transaction that do not need each other's answers share a round trip; see `prepared`.
        pipeline: true,
        stream: () => new CoalescingSocket(),
        connectionTimeoutMillis: 10_000,
        keepAlive: true,
        statement_timeout: statementTimeoutMs,
        idle_in_transaction_session_timeout: 60_000,
      },
    });
  }

  /** What the database is called on its server. */
  get name(): string {
    return this.dataSource.driver.database ?? '';
  }

  /** What the pool is doing now. */
  get pool(): PoolState {
    const { totalCount, idleCount, waitingCount } = (this.dataSource.driver as unknown as { master: pg.Pool }).master;
    return { used: totalCount - idleCount, idle: idleCount, pending: waitingCount };
  }

  /** Where it is, as `host:port`, for messages: nothing of the URL that is secret. */
  get address(): string {
    return databaseAddress(this.#url);
  }

  /** Opens the pool. */
  async connect(): Promise<void> {
    this.#closing = false;
    if (!this.dataSource.isInitialized) await connecting(this.#url, () => this.dataSource.initialize());
    this.#gauges ??= poolGauges(this, this.#logger);
  }

  /** Closes the pool once its running statements are done. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#gauges?.stop();
    this.#gauges = undefined;
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** Resolves when the database answers; for readiness probes. */
  async ping(): Promise<void> {
    await this.dataSource.query('select 1');
  }

  /**
   * Runs `work` in one transaction that sees and writes the rows of this organization alone. `work` runs again when
   * the transaction lost against another one (serialization failure, deadlock), so its only effects are in `tx`.
   *
   * @throws DomainError ABORTED `CONCURRENT_CHANGE` when it keeps losing, UNAVAILABLE `DATABASE_UNAVAILABLE`
   */
  async tenant<T>(
    organizationId: string,
    work: (tx: EntityManager) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return await this.#transaction('finflow.organization_id', organizationId, work, options);
  }

  /**
   * Runs `work` in one transaction of the service itself, across organizations. Only the tables whose policies say so
   * show their rows: outbox, inbox, dead letters, idempotency keys, and what a service's migrations add.
   */
  async system<T>(work: (tx: EntityManager) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return await this.#transaction('finflow.scope', 'system', work, options);
  }

  /** Calls `listener` after each commit that wrote events; returns what stops that. */
  onCommit(listener: CommitListener): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  async #transaction<T>(
    setting: 'finflow.organization_id' | 'finflow.scope',
    value: string,
    work: (tx: EntityManager) => Promise<T>,
    { isolation }: TransactionOptions,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const topics = new Set<string>();
        const result = await this.#attempt([setting, value], topics, work, isolation);
        if (topics.size > 0) for (const listener of this.#commitListeners) listener(topics);
        return result;
      } catch (error) {
        if (isConflict(error)) {
          if (attempt >= MAX_ATTEMPTS) throw concurrentChange(error);
          // Full jitter: two transactions that collided once must not meet again in step.
          await delay(Math.random() * RETRY_BASE_MS * 2 ** attempt);
        } else if (isUnavailable(error)) {
          throw unavailable('DATABASE_UNAVAILABLE', 'The database cannot be reached now; try again.', { cause: error });
        } else {
          throw error;
        }
      }
    }
  }

  async #attempt<T>(
    setting: [name: string, value: string],
    topics: Set<string>,
    work: (tx: EntityManager) => Promise<T>,
    isolation: TransactionOptions['isolation'],
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const transaction = await begin(runner, topics, isolation);
      try {
        // Not awaited first: they share the round trip of the first statements of `work`.
        const set = prepared(runner.manager, 'set-setting', 'select set_config($1, $2, true)', setting);
        const [result] = await allOf([work(runner.manager), transaction.begun, set]);
        await commit(transaction);
        return result;
      } catch (error) {
        // What it is rolled back for is the error, also when the connection is gone.
        await transaction.connection.query('rollback').catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }
}

/** As Promise.all, but nothing of it runs any more when it rejects: the connection may be another transaction's then. */
async function allOf<T extends readonly unknown[]>(promises: { [I in keyof T]: Promise<T[I]> }): Promise<T> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as T;
}

function concurrentChange(cause: unknown): Error {
  return aborted('CONCURRENT_CHANGE', 'Others kept changing the same data; try again.', { cause });
}
