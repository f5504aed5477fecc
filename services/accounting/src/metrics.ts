import type { Clock } from '@finflow/chassis/clock';
import type { Logger } from '@finflow/chassis/logger';
import { type Gauges, observeGauges } from '@finflow/chassis/telemetry/gauges';
import { metric } from '@finflow/chassis/telemetry/metrics';
import type { BooksCheck } from './commands/check-books.ts';

/** What the check of the books has found so far. Reading it asks nobody. */
export function ledgerGauges(check: BooksCheck, clock: Clock, logger: Logger): Gauges {
  return observeGauges({
    name: 'ledger',
    metrics: [metric.ledgerImbalance, metric.ledgerUnexplained, metric.ledgerCheckAge],
    logger,
    look: async () => {
      const { imbalanceMinor, unexplainedMinor, since } = check.report();
      const ageSeconds = (clock.now().getTime() - since.getTime()) / 1_000;
      return [
        { metric: metric.ledgerImbalance, value: Number(imbalanceMinor), attributes: {} },
        { metric: metric.ledgerUnexplained, value: Number(unexplainedMinor), attributes: {} },
        { metric: metric.ledgerCheckAge, value: Math.max(0, ageSeconds), attributes: {} },
      ];
    },
  });
}
