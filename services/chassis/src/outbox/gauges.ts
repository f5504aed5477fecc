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

/** Size and age of the outbox by topic; 0 for one that nothing waits of. */
export function outboxGauges(database: Database, logger: Logger): Gauges {
  return observeGauges({
    name: 'outbox',
    metrics: [metric.outboxSize, metric.outboxAge],
    logger,
    look: async () =>
      (await waitingByTopic(database)).flatMap(({ topic, waiting, age }) => {
        const attributes = { [attribute.dbNamespace]: database.name, [attribute.destination]: topic };
        return [
          { metric: metric.outboxSize, value: waiting, attributes },
          { metric: metric.outboxAge, value: age, attributes },
        ];
      }),
  });
}

/**
 * One index range a topic, whatever its size: the oldest row is the first of the range. Ids go by commit only for each
 * key, so a long transaction's row may be a little older than the first one.
 */
async function waitingByTopic(database: Database): Promise<Waiting[]> {
  return await database.system((tx) =>
    prepared<Waiting>(
      tx,
      'outbox-gauges',
      `select t.topic,
         (select count(*)::int from (select from outbox o where o.topic = t.topic limit ${COUNTED_PER_TOPIC}) c) as waiting,
         coalesce((select greatest(extract(epoch from now() - o.created_at), 0) from outbox o
                   where o.topic = t.topic order by o.id limit 1), 0)::float8 as age
       from unnest($1::text[]) as t (topic)`,
      [topicNames],
    ),
  );
}
