import type { EntityManager } from 'typeorm';

/** What stands still in one group's inbox, across organizations. */
export interface GroupStatistics {
  readonly group: string;
  /** Events that wait for another's effect. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in seconds; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  /** Dead letters nobody has decided about. */
  readonly deadLetters: number;
  /** Dead letters whose replay was asked for and has not happened yet. */
  readonly replaysRequested: number;
}

/** The groups in which something waits or is dead, for gauges; both tables are read by their small partial indexes. */
export async function inboxStatistics(tx: EntityManager): Promise<GroupStatistics[]> {
  return await tx.query(
    `select consumer_group as "group", sum(waiting)::int as waiting, max(age)::float8 as "oldestWaitingSeconds",
            sum(kept)::int as "deadLetters", sum(requested)::int as "replaysRequested"
     from (select consumer_group, count(*) as waiting, extract(epoch from now() - min(received_at)) as age,
                  0 as kept, 0 as requested
           from inbox where wait_key is not null group by 1
           union all
           select consumer_group, 0, 0, count(*) filter (where replay_requested_at is null),
                  count(*) filter (where replay_requested_at is not null)
           from dead_letters where discarded_at is null group by 1) found
     group by 1 order by 1`,
  );
}
