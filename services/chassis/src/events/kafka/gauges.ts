import type { Logger } from '../../logger.ts';
import { type Gauges, observeGauges } from '../../telemetry/gauges.ts';
import { metric } from '../../telemetry/metrics.ts';
import { attribute } from '../../telemetry/names.ts';
import type { ConsumerLag } from './lag.ts';

/**
 * The lag of consumer groups. The brokers are asked, because a consumer that stands still fetches nothing and would go
 * on telling what it saw last.
 */
export function lagGauges(system: string, lag: () => Promise<readonly ConsumerLag[]>, logger: Logger): Gauges {
  return observeGauges({
    name: 'lag',
    metrics: [metric.consumerLag],
    logger,
    look: async () =>
      (await lag()).map(({ group, topic, partition, records }) => ({
        metric: metric.consumerLag,
        value: records,
        attributes: {
          [attribute.messagingSystem]: system,
          [attribute.group]: group,
          [attribute.destination]: topic,
          [attribute.partition]: String(partition),
        },
      })),
  });
}
