import type { Database } from '../database/database.ts';
import { prepared } from '../database/prepared.ts';
import { topicNames } from '../events/topics.ts';
import type { Logger } from '../logger.ts';
import { type Gauges, observeGauges } from '../telemetry/gauges.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';

/** Counting ends here: more is shown as this, and costs no more. */
const COUNTED_PER_TOPIC = 100_000;

interface Waiting {
  readonly topic: string;
  readonly waiting: number;
  /** In seconds. */
  readonly age: number;
}

/**
 * Size and age of the outbox by topic; 0 for one that nothing waits of. Also of topics that this release does not know:
 * after a newer one was rolled back nobody publishes its events, and here alone they are seen.
 */
export function outboxGauges(database: Database, logger: Logger): Gauges {
  // One that was found once is asked for from then on: otherwise its last value would be repeated when it has gone.
  const topics = new Set<string>(topicNames);
  return observeGauges({
    name: 'outbox',
    metrics: [metric.outboxSize, metric.outboxAge],
    logger,
    look: async () =>
      (await waitingByTopic(database, [...topics])).flatMap(({ topic, waiting, age }) => {
        topics.add(topic);
        const attributes = { [attribute.dbNamespace]: database.name, [attribute.destination]: topic };
        return [
          { metric: metric.outboxSize, value: waiting, attributes },
          { metric: metric.outboxAge, value: age, attributes },
        ];
      }),
  });
}

/**
 * One index range a topic, whatever its size: the oldest row is the first of the range, and the topics that there are
 * are found by one step in the index each. Ids go by commit only for each key, so a long transaction's row may be a
 * little older than the first one.
 */
async function waitingByTopic(database: Database, topics: readonly string[]): Promise<Waiting[]> {
  return await database.system((tx) =>
    prepared<Waiting>(
      tx,
      'outbox-gauges',
      `with recursive held (topic) as (
         select min(topic) from outbox
         union all
         select (select min(o.topic) from outbox o where o.topic > held.topic) from held where held.topic is not null
       )
       select t.topic,
         (select count(*)::int from (select from outbox o where o.topic = t.topic limit ${COUNTED_PER_TOPIC}) c) as waiting,
         coalesce((select greatest(extract(epoch from now() - o.created_at), 0) from outbox o
                   where o.topic = t.topic order by o.id limit 1), 0)::float8 as age
       from (select unnest($1::text[]) union select topic from held where topic is not null) as t (topic)`,
      [topics],
    ),
  );
}
