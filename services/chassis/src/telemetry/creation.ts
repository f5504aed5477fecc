import { type Context, type Link, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { attribute } from './names.ts';

const tracer = trace.getTracer('@finflow/chassis');

/**
 * The trace parent that an event carries to whoever handles it: of a span of its own below the one in `parent`,
 * because many events are sent and handled together, and each needs a context to be told by. Undefined outside of a
 * trace, and without an SDK.
 */
export function traceparentOfNew(topic: string, eventId: string, parent: Context): string | undefined {
  if (!trace.getSpan(parent)) return undefined;
  const span = tracer.startSpan(
    `create ${topic}`,
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        [attribute.operationName]: 'create',
        [attribute.operationType]: 'create',
        [attribute.destination]: topic,
        [attribute.messageId]: eventId,
      },
    },
    parent,
  );
  span.end();
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(parent, span), carrier);
  return carrier.traceparent;
}

/** What can say the context it was made in. */
interface Traced {
  readonly headers: { readonly traceparent?: string };
}

/** The context in which an event was made, as its headers say; the empty one when they do not. */
export function creationContext({ headers }: Traced): Context {
  return headers.traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, headers);
}

/** Links to the spans that these contexts hold. */
export function linksTo(contexts: Iterable<Context>): Link[] {
  const links: Link[] = [];
  for (const each of contexts) {
    const spanContext = trace.getSpanContext(each);
    if (spanContext && trace.isSpanContextValid(spanContext)) links.push({ context: spanContext });
  }
  return links;
}
