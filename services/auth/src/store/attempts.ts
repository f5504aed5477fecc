import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import { resourceExhausted } from '@finflow/chassis/errors';

const windowMs = 15 * 60_000;

/**
 * Counts attempts in windows of 15 minutes, in the database, so that every instance counts together. An attempt is
 * counted before it is made: a burst of parallel guesses can't pass the bound while none has failed yet.
 */
export class Attempts {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(parts: { database: Database; clock: Clock }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
  }

  /**
   * Counts one attempt.
   *
   * @param bucket what is limited: `login:account:…`, `login:address:…`
   * @throws DomainError RESOURCE_EXHAUSTED `TOO_MANY_ATTEMPTS` with `retryAfterSeconds` beyond `limit`
   */
  async count(bucket: string, limit: number): Promise<void> {
    const now = this.#clock.now();
    const windowStart = new Date(now.getTime() - windowMs);
    const [row]: { count: number; started_at: Date }[] = await this.#database.system((tx) =>
      tx.query(
        `insert into attempts (bucket, started_at, count) values ($1, $2, 1)
         on conflict (bucket) do update set
           count = case when attempts.started_at <= $3 then 1 else attempts.count + 1 end,
           started_at = case when attempts.started_at <= $3 then excluded.started_at else attempts.started_at end
         returning count, started_at`,
        [bucket, now, windowStart],
      ),
    );
    if (!row || row.count <= limit) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((row.started_at.getTime() + windowMs - now.getTime()) / 1000));
    throw resourceExhausted('TOO_MANY_ATTEMPTS', `Too many attempts; try again in ${retryAfterSeconds} seconds.`, {
      metadata: { retryAfterSeconds: String(retryAfterSeconds) },
    });
  }

  /** Takes one attempt back: it succeeded. */
  async forgive(bucket: string): Promise<void> {
    await this.#database.system((tx) =>
      tx.query('update attempts set count = greatest(count - 1, 0) where bucket = $1', [bucket]),
    );
  }

  /** Forgets every attempt of a bucket. */
  async forget(bucket: string): Promise<void> {
    await this.#database.system((tx) => tx.query('delete from attempts where bucket = $1', [bucket]));
  }

  /** Removes windows that are over; a periodic job. */
  async prune(): Promise<void> {
    const over = new Date(this.#clock.now().getTime() - windowMs);
    await this.#database.system((tx) => tx.query('delete from attempts where started_at < $1', [over]));
  }
}
