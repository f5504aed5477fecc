import { type Attributes, context, SpanKind, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from '../clock.ts';
import type { EventRecord } from '../events/bus.ts';
import type { ReceivedEvent } from '../inbox/received-event.ts';
import { fail, inShared } from './batch.ts';
import { creationContext, linksTo } from './creation.ts';
import { counterOf, delayOf, durationOf, metric, secondsSince } from './metrics.ts';
import { attribute, errorType } from './names.ts';
import { countsByTopic } from './sending.ts';

const tracer = trace.getTracer('@finflow/chassis');

/** What came of an event's handling, when it did not fail. */
export type Outcome = 'handled' | 'waiting';

/** Attributes of one topic's events, made once: there are few topics and very many events. */
type TopicAttributes = Readonly<Record<'event' | 'delay' | Outcome, Attributes>>;

/** Spans, times and counts of one consumer group. */
export class Receiving {
  readonly #group: Attributes;
  readonly #common: Attributes;
  readonly #topics = new Map<string, TopicAttributes>();
  readonly #consumed = counterOf(metric.consumedMessages);
  readonly #duration = durationOf(metric.processDuration);
  readonly #delay = delayOf(metric.eventDelay);
  readonly #clock: Clock;

  /**
   * @param system the bus by the name that the semantic conventions have for it
   */
  constructor(group: string, system = '_OTHER', clock: Clock = systemClock) {
    this.#clock = clock;
    this.#group = { [attribute.messagingSystem]: system, [attribute.group]: group };
    this.#common = { ...this.#group, [attribute.operationName]: 'process', [attribute.operationType]: 'process' };
  }

  /** Counts what the bus delivered, repetitions included. */
  received(records: readonly EventRecord[]): void {
    for (const [topic, count] of countsByTopic(records)) this.#consumed.add(count, this.#of(topic).event);
  }

  /** Runs the transaction that these events share. */
  async transaction<R>(records: readonly EventRecord[], work: () => Promise<R>): Promise<R> {
    return await inShared('inbox transaction', { attributes: this.#group }, records, creationContext, work);
  }

  /**
   * Runs the handler of one event. The span's parent is the context in which the event was made, so that one trace
   * leads from the request to its effects, however many events share the transaction; that one, or the event that
   * released this one from waiting, is linked.
   */
  async process<R>(event: ReceivedEvent, outcomeOf: (answer: R) => Outcome, handle: () => Promise<R>): Promise<R> {
    const creation = creationContext(event);
    const attributes = this.#of(event.topic);
    const options = { kind: SpanKind.CONSUMER, attributes: attributes.event };
    const span = tracer.startSpan(`process ${event.topic}`, options, creation);
    if (span.isRecording()) {
      span.setAttribute(attribute.messageId, event.id);
      span.addLinks(linksTo([creation, context.active()]));
    }
    const startMs = performance.now();
    try {
      const answer = await context.with(trace.setSpan(creation, span), handle);
      const outcome = outcomeOf(answer);
      this.#duration.record(secondsSince(startMs), attributes[outcome]);
      if (outcome === 'handled') this.#delay.record(this.#secondsOnTheWay(event), attributes.delay);
      span.setAttribute(attribute.outcome, outcome);
      return answer;
    } catch (error) {
      fail(span, error);
      const failed = { [attribute.outcome]: 'failed', [attribute.errorType]: errorType(error) };
      this.#duration.record(secondsSince(startMs), { ...attributes.event, ...failed });
      span.setAttribute(attribute.outcome, 'failed');
      throw error;
    } finally {
      span.end();
    }
  }

  /** By two machines' clocks, the database's and ours; ahead of each other they make it 0. */
  #secondsOnTheWay({ occurredAt }: ReceivedEvent): number {
    return Math.max(0, this.#clock.now().getTime() - occurredAt.getTime()) / 1_000;
  }

  #of(topic: string): TopicAttributes {
    const known = this.#topics.get(topic);
    if (known) return known;
    const event = { ...this.#common, [attribute.destination]: topic };
    const made = {
      event,
      delay: { [attribute.group]: this.#group[attribute.group], [attribute.destination]: topic },
      handled: { ...event, [attribute.outcome]: 'handled' },
      waiting: { ...event, [attribute.outcome]: 'waiting' },
    };
    this.#topics.set(topic, made);
    return made;
  }
}

/** Runs `work`, a log line say, in the trace of the event that it is about. */
export function inTraceOf<R>(record: EventRecord, work: () => R): R {
  return context.with(creationContext(record), work);
}
