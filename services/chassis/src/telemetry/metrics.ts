import { type Counter, type Histogram, metrics, type ObservableGauge } from '@opentelemetry/api';

/** A metric as it is exported: what it counts, and in which unit (UCUM). */
export interface Metric<Kind extends string = 'histogram' | 'counter' | 'gauge'> {
  readonly kind: Kind;
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

/** Seconds; the boundaries that the semantic conventions give for calls and messages. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Seconds that events may be on their way: nothing to wait for, a restart, a night. */
const DELAYS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 28_800];

/**
 * Every metric of ours; `docs/guides/telemetry.md` says what each is good for. Those of the semantic conventions keep
 * their names, the others begin with `finflow`.
 */
export const metric = {
  rpcServerDuration: {
    kind: 'histogram',
    name: 'rpc.server.call.duration',
    unit: 's',
    description: 'Duration of a call that a service answered.',
  },
  rpcClientDuration: {
    kind: 'histogram',
    name: 'rpc.client.call.duration',
    unit: 's',
    description: 'Duration of a call to another service, with its retries.',
  },
  sendDuration: {
    kind: 'histogram',
    name: 'messaging.client.operation.duration',
    unit: 's',
    description: 'Duration of handing a batch of events to the bus, until it has them safely.',
  },
  sentMessages: {
    kind: 'counter',
    name: 'messaging.client.sent.messages',
    unit: '{message}',
    description: 'Events handed to the bus; with error.type, those that it did not take.',
  },
  consumedMessages: {
    kind: 'counter',
    name: 'messaging.client.consumed.messages',
    unit: '{message}',
    description: 'Events that the bus delivered to a consumer group, repetitions included.',
  },
  processDuration: {
    kind: 'histogram',
    name: 'messaging.process.duration',
    unit: 's',
    description: 'Duration of one event’s handling within its transaction.',
  },
  eventDelay: {
    kind: 'histogram',
    name: 'finflow.event.delay',
    unit: 's',
    description: 'Time from the transaction that made an event to its effect in a consumer group.',
  },
  outboxSize: {
    kind: 'gauge',
    name: 'finflow.outbox.size',
    unit: '{event}',
    description: 'Events of a topic that wait in the outbox to be published.',
  },
  outboxAge: {
    kind: 'gauge',
    name: 'finflow.outbox.age',
    unit: 's',
    description: 'Age of the oldest event of a topic in the outbox; 0 when none waits.',
  },
  consumerLag: {
    kind: 'gauge',
    name: 'finflow.consumer.lag',
    unit: '{event}',
    description: 'Events of a partition that no member of the consumer group has committed yet.',
  },
  inboxWaitingSize: {
    kind: 'gauge',
    name: 'finflow.inbox.waiting.size',
    unit: '{event}',
    description: 'Events in the inbox that wait for the effect of another one.',
  },
  inboxWaitingAge: {
    kind: 'gauge',
    name: 'finflow.inbox.waiting.age',
    unit: 's',
    description: 'Time since the first of the waiting events was received; 0 when none waits.',
  },
  deadLetters: {
    kind: 'gauge',
    name: 'finflow.dead_letters.size',
    unit: '{event}',
    description: 'Events that a consumer group could not handle and put aside, until they are handled or discarded.',
  },
  poolConnections: {
    kind: 'gauge',
    name: 'db.client.connection.count',
    unit: '{connection}',
    description: 'Connections of the pool, by their state.',
  },
  poolMax: {
    kind: 'gauge',
    name: 'db.client.connection.max',
    unit: '{connection}',
    description: 'Connections that the pool may have.',
  },
  poolPending: {
    kind: 'gauge',
    name: 'db.client.connection.pending_requests',
    unit: '{request}',
    description: 'Transactions that wait for a connection of the pool.',
  },
  payments: {
    kind: 'counter',
    name: 'finflow.payments',
    unit: '{payment}',
    description: 'Payments that were decided, by their outcome.',
  },
  paymentAmount: {
    kind: 'counter',
    name: 'finflow.payment.amount',
    unit: '{minor_unit}',
    description: 'What completed payments took, in the minor unit of their currency.',
  },
  refunds: {
    kind: 'counter',
    name: 'finflow.refunds',
    unit: '{refund}',
    description: 'Refunds that were decided, by their outcome.',
  },
  undecided: {
    kind: 'gauge',
    name: 'finflow.undecided.size',
    unit: '{item}',
    description: 'Payments and refunds that the processor has not decided.',
  },
  undecidedAttempts: {
    kind: 'gauge',
    name: 'finflow.undecided.attempts',
    unit: '{attempt}',
    description: 'How often the processor was asked in vain about the one that it was asked about most.',
  },
  ledgerImbalance: {
    kind: 'gauge',
    name: 'finflow.ledger.imbalance',
    unit: '{minor_unit}',
    description:
      'By how much debits and credits differ in the books that were checked, over all of them; 0 when they are sound.',
  },
  ledgerUnexplained: {
    kind: 'gauge',
    name: 'finflow.ledger.unexplained',
    unit: '{minor_unit}',
    description:
      'What balances say that the journal’s lines do not, over all books that were checked; 0 when they are sound.',
  },
  ledgerCheckAge: {
    kind: 'gauge',
    name: 'finflow.ledger.check.age',
    unit: 's',
    description: 'Time since all books had been checked once more, or since the start.',
  },
  gaugeFailures: {
    kind: 'counter',
    name: 'finflow.gauge.failures',
    unit: '{read}',
    description: 'Looks at a database or a broker that gave no value for its gauges.',
  },
} as const satisfies Record<string, Metric>;

// From the provider that is there now: without one, an instrument that does nothing. So instruments are made by the
// parts that use them when these are made, after `telemetry.ts` has registered a provider or has not.
const meter = () => metrics.getMeter('@finflow/chassis');

export function durationOf({ name, unit, description }: Metric<'histogram'>): Histogram {
  return meter().createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: SECONDS } });
}

export function delayOf({ name, unit, description }: Metric<'histogram'>): Histogram {
  return meter().createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: DELAYS } });
}

export function counterOf({ name, unit, description }: Metric<'counter'>): Counter {
  return meter().createCounter(name, { unit, description });
}

export function gaugeOf({ name, unit, description }: Metric<'gauge'>): ObservableGauge {
  return meter().createObservableGauge(name, { unit, description });
}

/** Seconds since `performance.now()` gave `startMs`. */
export function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
