import { type Attributes, type BatchObservableResult, metrics } from '@opentelemetry/api';
import type { Logger } from '../logger.ts';
import { counterOf, gaugeOf, type Metric, metric } from './metrics.ts';
import { attribute } from './names.ts';

/** The value of one gauge, and what it is the value of. */
export interface Reading {
  readonly metric: Metric<'gauge'>;
  readonly value: number;
  readonly attributes: Attributes;
}

export interface GaugesOptions {
  /** Of the gauges together, for log lines and the count of failures. */
  readonly name: string;
  readonly metrics: readonly Metric<'gauge'>[];
  /** Looks at all of them at once. It must cost little and end by itself: it runs at each export, once a minute. */
  readonly look: () => Promise<readonly Reading[]>;
  readonly logger: Logger;
}

/** Gauges that are read while somebody exports them, and never after `stop`. */
export interface Gauges {
  /** Resolves when no look is under way any more: what it looks at may be closed. */
  stop(): Promise<void>;
}

/**
 * Registers gauges that one look fills. A look that fails gives no values and is counted, because the SDK exports the
 * last ones again. At most one is under way, so a database that hangs costs one connection however often it is asked.
 */
export function observeGauges({ name, metrics: observed, look, logger }: GaugesOptions): Gauges {
  const meter = metrics.getMeter('@finflow/chassis');
  const instruments = new Map(observed.map((each) => [each, gaugeOf(each)]));
  const failures = counterOf(metric.gaugeFailures);
  let looking: Promise<readonly Reading[]> | undefined;

  const lookOnce = async (): Promise<readonly Reading[]> => {
    try {
      return await look();
    } catch (error) {
      failures.add(1, { [attribute.gauges]: name });
      logger.debug({ err: error, gauges: name }, 'gauges could not be read');
      return [];
    } finally {
      looking = undefined;
    }
  };
  const observe = async (result: BatchObservableResult): Promise<void> => {
    looking ??= lookOnce();
    for (const { metric: which, value, attributes } of await looking) {
      const instrument = instruments.get(which);
      if (instrument) result.observe(instrument, value, attributes);
    }
  };
  meter.addBatchObservableCallback(observe, [...instruments.values()]);
  return {
    async stop() {
      meter.removeBatchObservableCallback(observe, [...instruments.values()]);
      await looking;
    },
  };
}
