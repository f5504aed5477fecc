/** What travels beside an event's bytes; Kafka headers are strings, so these are. */
export interface EventHeaders {
  /** UUID of the event, made by its producer; the inbox knows repetitions by it. */
  readonly id: string;
  /** Avro name of the payload: `finflow.events.PaymentCompleted`. */
  readonly type: string;
  /** Version of the payload's schema in the registry. */
  readonly schemaVersion: string;
  readonly organizationId: string;
  /** ISO 8601 instant at which the transaction that caused it wrote it down. */
  readonly occurredAt: string;
  /** Id of the event or request that caused this one. */
  readonly causationId?: string;
  /** Id shared by everything that one intent set off. */
  readonly correlationId?: string;
  /** W3C trace parent. */
  readonly traceparent?: string;
}

/** One event on its way. */
export interface EventRecord {
  readonly topic: string;
  /** Records of one key stay in order. */
  readonly key: string;
  /** Confluent frame: a zero byte, the schema id in four bytes, the Avro payload. */
  readonly value: Buffer;
  readonly headers: EventHeaders;
}

/** Takes records of one group, in order for each key; rejecting asks for all of them again. */
export type Deliver = (records: readonly EventRecord[]) => Promise<void>;

export interface Subscription {
  /** Takes no more records and resolves when those in flight are done. */
  stop(): Promise<void>;
}

/**
 * Carries events from outboxes to consumer groups, at least once, in order for each key. Two adapters implement it,
 * and one conformance suite (`test/events/bus-conformance.ts`) says what both must do.
 */
export interface EventBus {
  /** The messaging system as OpenTelemetry names it. */
  readonly system?: string;
  /**
   * Resolves when every record is safe: nothing that happens to this process later can lose it.
   *
   * @throws PublishError naming the records that are not; any other error means none is
   */
  publish(records: readonly EventRecord[]): Promise<void>;
  /** Lets a group receive topics that name it as their consumer. */
  subscribe(group: string, topics: readonly string[], deliver: Deliver): Promise<Subscription>;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

/** A whole topic cannot be published to now, whatever the key: a consumer that must have it is not attached. */
export class TopicUnavailable extends Error {
  override readonly name = 'TopicUnavailable';
}

/** Some records of a publication did not make it; the others did. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly failed: ReadonlyMap<EventRecord, unknown>;

  constructor(failed: ReadonlyMap<EventRecord, unknown>) {
    const [first] = failed.values();
    super(`${failed.size} records were not published: ${first instanceof Error ? first.message : String(first)}`);
    this.failed = failed;
  }
}
