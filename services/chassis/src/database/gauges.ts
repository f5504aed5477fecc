import type { Logger } from '../logger.ts';
import { type Gauges, observeGauges } from '../telemetry/gauges.ts';
import { metric } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';

/** Connections of a pool by what they do, and transactions that wait for one. */
export interface PoolState {
  readonly used: number;
  readonly idle: number;
  readonly pending: number;
}

interface Pooled {
  /** Of the database. */
  readonly name: string;
  readonly poolSize: number;
  readonly pool: PoolState;
}

/** How busy a database's pool is. Looking costs nothing: the pool counts anyway. */
export function poolGauges(database: Pooled, logger: Logger): Gauges {
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
