import type { Logger } from '../logger.ts';
import { type Gauges, observeGauges } from '../telemetry/gauges.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';
import type { Database } from './database.ts';

/** How busy a database's pool is. Looking costs nothing: the pool counts anyway. */
export function poolGauges(database: Database, logger: Logger): Gauges {
  const pool = { [attribute.poolName]: database.name };
  return observeGauges({
    name: 'pool',
    metrics: [metric.poolConnections, metric.poolMax, metric.poolPending],
    logger,
    look: async () => {
      const { used, idle, pending } = database.pool;
      return [
        { metric: metric.poolConnections, value: used, attributes: { ...pool, [attribute.connectionState]: 'used' } },
        { metric: metric.poolConnections, value: idle, attributes: { ...pool, [attribute.connectionState]: 'idle' } },
        { metric: metric.poolMax, value: database.poolSize, attributes: pool },
        { metric: metric.poolPending, value: pending, attributes: pool },
      ];
    },
  });
}
