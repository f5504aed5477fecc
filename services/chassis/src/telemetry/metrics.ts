import { type Counter, type Histogram, metrics, type ObservableGauge } from '@opentelemetry/api';

/** A metric as it is exported: what it counts, and in which unit (UCUM). */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

/** Seconds; the boundaries that the semantic conventions give for calls and messages. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Every metric of ours; `docs/guides/telemetry.md` says what each is good for. Those of the semantic conventions keep
 * their names, the others begin with `finflow`.
 */
export const metric = {
  rpcServerDuration: {
    name: 'rpc.server.call.duration',
    unit: 's',
    description: 'Duration of a call that a service answered.',
  },
  rpcClientDuration: {
    name: 'rpc.client.call.duration',
    unit: 's',
    description: 'Duration of a call to another service, with its retries.',
  },
  sendDuration: {
    name: 'messaging.client.operation.duration',
    unit: 's',
    description: 'Duration of handing a batch of events to the bus, until it has them safely.',
  },
  sentMessages: {
    name: 'messaging.client.sent.messages',
    unit: '{message}',
    description: 'Events handed to the bus; with error.type, those that it did not take.',
  },
  consumedMessages: {
    name: 'messaging.client.consumed.messages',
    unit: '{message}',
    description: 'Events that the bus delivered to a consumer group, repetitions included.',
  },
  processDuration: {
    name: 'messaging.process.duration',
    unit: 's',
    description: 'Duration of one event’s handling within its transaction.',
  },
  outboxSize: {
    name: 'finflow.outbox.size',
    unit: '{event}',
    description: 'Events of a topic that wait in the outbox to be published.',
  },
  outboxAge: {
    name: 'finflow.outbox.age',
    unit: 's',
    description: 'Age of the oldest event of a topic in the outbox; 0 when none waits.',
  },
  consumerLag: {
    name: 'finflow.consumer.lag',
    unit: '{event}',
    description: 'Events of a partition that no member of the consumer group has committed yet.',
  },
  inboxWaitingSize: {
    name: 'finflow.inbox.waiting.size',
    unit: '{event}',
    description: 'Events in the inbox that wait for the effect of another one.',
  },
  inboxWaitingAge: {
    name: 'finflow.inbox.waiting.age',
    unit: 's',
    description: 'Time since the first of the waiting events was received; 0 when none waits.',
  },
  deadLetters: {
    name: 'finflow.dead_letters.size',
    unit: '{event}',
    description: 'Events that a consumer group could not handle and put aside, until they are handled or discarded.',
  },
  gaugeFailures: {
    name: 'finflow.gauge.failures',
    unit: '{read}',
    description: 'Looks at a database or a broker that gave no value for its gauges.',
  },
} as const satisfies Record<string, Metric>;

// From the provider that is there now: without one, an instrument that does nothing. So instruments are made by the
// parts that use them when these are made, after `telemetry.ts` has registered a provider or has not.
const meter = () => metrics.getMeter('@finflow/chassis');

export function durationOf({ name, ...options }: Metric): Histogram {
  return meter().createHistogram(name, { ...options, advice: { explicitBucketBoundaries: SECONDS } });
}

export function counterOf({ name, ...options }: Metric): Counter {
  return meter().createCounter(name, options);
}

export function gaugeOf({ name, ...options }: Metric): ObservableGauge {
  return meter().createObservableGauge(name, options);
}

/** Seconds since `performance.now()` gave `startMs`. */
export function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
