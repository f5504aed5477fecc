import type { Database } from '../database/database.ts';
import type { Logger } from '../logger.ts';
import { type Gauges, observeGauges } from '../telemetry/gauges.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';
import { inboxStatistics } from './statistics.ts';

/** What waits in a group's inbox, and its dead letters; 0 when there are none. */
export function inboxGauges(group: string, database: Database, logger: Logger): Gauges {
  const attributes = { [attribute.group]: group };
  return observeGauges({
    name: 'inbox',
    metrics: [metric.inboxWaitingSize, metric.inboxWaitingAge, metric.deadLetters],
    logger,
    look: async () => {
      const own = (await database.system(inboxStatistics)).find((found) => found.group === group);
      return [
        { metric: metric.inboxWaitingSize, value: own?.waiting ?? 0, attributes },
        { metric: metric.inboxWaitingAge, value: own?.oldestWaitingSeconds ?? 0, attributes },
        { metric: metric.deadLetters, value: own?.deadLetters ?? 0, attributes },
      ];
    },
  });
}
