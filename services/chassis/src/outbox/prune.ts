import type { Database } from '../database/database.ts';

/** Longer than a topic keeps its records (7 days), so no record can come again after its inbox row went. */
const INBOX_DAYS = 30;
/** A dead letter may be handled as long as it is kept, and only its inbox row says that a redelivery is none of that. */
const NOT_DEAD = `not exists (select from dead_letters d where d.organization_id = inbox.organization_id
  and d.consumer_group = inbox.consumer_group and d.event_id = inbox.event_id)`;
/** How long a repeated request is answered with its first reply. */
const IDEMPOTENCY_DAYS = 30;
/** A long delete would hold back vacuum and fill the log at once. */
const ROWS_A_TRANSACTION = 5_000;

/**
 * Deletes inbox rows and idempotency keys that have served their time; events that still wait for another's effect
 * stay, and so do those of dead letters. Age is measured by the database's clock, which wrote the rows.
 *
 * @returns how many rows went
 */
export async function prune(database: Database): Promise<number> {
  const inbox = await pruneTable(
    database,
    'inbox',
    `received_at < now() - interval '${INBOX_DAYS} days' and wait_key is null and ${NOT_DEAD}`,
  );
  const keys = await pruneTable(
    database,
    'idempotency_keys',
    `created_at < now() - interval '${IDEMPOTENCY_DAYS} days'`,
  );
  return inbox + keys;
}

async function pruneTable(database: Database, table: string, old: string): Promise<number> {
  for (let total = 0; ; ) {
    const [, count] = await database.system<[unknown, number]>((tx) =>
      tx.query(
        `delete from ${table} where ctid = any(array(select ctid from ${table} where ${old} limit ${ROWS_A_TRANSACTION}))`,
      ),
    );
    total += count;
    if (count < ROWS_A_TRANSACTION) return total;
  }
}
