import { every, type PeriodicJob } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';
import type { Database } from './database.ts';

/** Longer than a topic keeps its records (7 days), so no record can come again after its inbox row went. */
const INBOX_DAYS = 30;
/** A dead letter may be handled as long as it is kept, and only its inbox row says that a redelivery is none of that. */
const NOT_DEAD = `not exists (select from dead_letters d where d.organization_id = inbox.organization_id
  and d.consumer_group = inbox.consumer_group and d.event_id = inbox.event_id)`;
/** How long a repeated request is answered with its first reply. */
const IDEMPOTENCY_DAYS = 30;
/** A long delete would hold back vacuum and fill the log at once. */
const ROWS_A_TRANSACTION = 5_000;
const INTERVAL_MS = 10 * 60_000;

/** The job that prunes a service's database from its start on, every ten minutes. */
export function pruning(database: Database, logger: Logger): PeriodicJob {
  const run = (signal: AbortSignal) => prune(database, signal);
  return every({ name: 'prune inbox and request ids', intervalMs: INTERVAL_MS, run, logger });
}

/**
 * Deletes inbox rows and idempotency keys that have served their time; events that still wait for another's effect
 * stay, and so do those of dead letters. Age is measured by the database's clock, which wrote the rows.
 *
 * @param signal ends it after the transaction under way
 * @returns how many rows went
 */
export async function prune(database: Database, signal?: AbortSignal): Promise<number> {
  const inbox = await pruneTable(
    database,
    'inbox',
    `received_at < now() - interval '${INBOX_DAYS} days' and wait_key is null and ${NOT_DEAD}`,
    signal,
  );
  const keys = await pruneTable(
    database,
    'idempotency_keys',
    `created_at < now() - interval '${IDEMPOTENCY_DAYS} days'`,
    signal,
  );
  return inbox + keys;
}

async function pruneTable(database: Database, table: string, old: string, signal?: AbortSignal): Promise<number> {
  for (let total = 0; ; ) {
    if (signal?.aborted) return total;
    const [, count] = await database.system<[unknown, number]>((tx) =>
      tx.query(
        `delete from ${table} where ctid = any(array(select ctid from ${table} where ${old} limit ${ROWS_A_TRANSACTION}))`,
      ),
    );
    total += count;
    if (count < ROWS_A_TRANSACTION) return total;
  }
}
