import { type Attributes, SpanKind } from '@opentelemetry/api';
import { type EventRecord, PublishError } from '../events/bus.ts';
import { fail, startShared } from './batch.ts';
import { creationContext } from './creation.ts';
import { counterOf, durationOf, metric, secondsSince } from './metrics.ts';
import { attribute, errorType } from './names.ts';

/** Where a batch goes, as far as it is one place. */
export interface Destination {
  readonly topic?: string;
  readonly partition?: number;
}

/** Span, time and count of what a bus is given. */
export class Sending {
  readonly #common: Attributes;
  readonly #duration = durationOf(metric.sendDuration);
  readonly #sent = counterOf(metric.sentMessages);

  /**
   * @param system the bus by the name that the semantic conventions have for it
   */
  constructor(system: string) {
    this.#common = {
      [attribute.messagingSystem]: system,
      [attribute.operationName]: 'send',
      [attribute.operationType]: 'send',
    };
  }

  /**
   * Runs `send`, which gives these records to the bus. The span's kind is CLIENT, not PRODUCER: consumers go on from
   * the span in which each event was created, not from this one.
   */
  async send(
    records: readonly EventRecord[],
    { topic, partition }: Destination,
    send: () => Promise<void>,
  ): Promise<void> {
    if (records.length === 0) return await send();
    const attributes = { ...this.#common };
    if (topic !== undefined) attributes[attribute.destination] = topic;
    if (partition !== undefined) attributes[attribute.partition] = String(partition);
    const name = topic === undefined ? 'send' : `send ${topic}`;
    const { span } = startShared(name, { kind: SpanKind.CLIENT, attributes }, records, creationContext);
    const startMs = performance.now();
    try {
      await send();
      this.#duration.record(secondsSince(startMs), attributes);
      this.#count(records, attributes);
    } catch (error) {
      fail(span, error);
      this.#duration.record(secondsSince(startMs), { ...attributes, [attribute.errorType]: errorType(error) });
      this.#countFailed(records, attributes, error);
      throw error;
    } finally {
      span.end();
    }
  }

  #count(records: readonly EventRecord[], attributes: Attributes): void {
    for (const [topic, count] of countsByTopic(records)) {
      this.#sent.add(count, { ...attributes, [attribute.destination]: topic });
    }
  }

  #countFailed(records: readonly EventRecord[], attributes: Attributes, error: unknown): void {
    const failed = error instanceof PublishError ? error.failed : new Map(records.map((record) => [record, error]));
    this.#count(
      records.filter((record) => !failed.has(record)),
      attributes,
    );
    const reason = error instanceof PublishError ? failed.values().next().value : error;
    const errors = { ...attributes, [attribute.errorType]: errorType(reason) };
    this.#count([...failed.keys()], errors);
  }
}

/** How many of the records belong to each topic. */
export function countsByTopic(records: readonly EventRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
