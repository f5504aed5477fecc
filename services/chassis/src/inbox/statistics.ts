import type { EntityManager } from 'typeorm';

/** What stands still in one group's inbox, across organizations. */
export interface GroupStatistics {
  readonly group: string;
  /** Events that wait for another's effect. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in seconds; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  /** Dead letters that are neither handled nor discarded. Asking for a replay mends nothing yet, so those count. */
  readonly deadLetters: number;
}

/**
 * The groups in which something waits or is dead, for gauges. Of the inbox a small partial index is read; dead letters
 * are few.
 */
export async function inboxStatistics(tx: EntityManager): Promise<GroupStatistics[]> {
  return await tx.query(
    `select consumer_group as "group", sum(waiting)::int as waiting, max(age)::float8 as "oldestWaitingSeconds",
            sum(dead)::int as "deadLetters"
     from (select consumer_group, count(*) as waiting, extract(epoch from now() - min(received_at)) as age,
                  0 as dead
           from inbox where wait_key is not null group by 1
           union all
           select consumer_group, 0, 0, count(*) from dead_letters where discarded_at is null group by 1) found
     group by 1 order by 1`,
  );
}
