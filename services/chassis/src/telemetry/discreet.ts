import type { Attributes, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';
import { attribute, errorType } from './names.ts';

/**
 * A tracer provider for instrumentations that are not ours. Its spans tell an error's kind and never its message:
 * PostgreSQL quotes values in messages (`invalid input syntax for type uuid: "…"`), and those are customers' data. They
 * tell a URL's path and never its query, where callers put tokens, and Connect the message of a GET.
 */
export function discreet(provider: TracerProvider): TracerProvider {
  return { getTracer: (...of) => discreetTracer(provider.getTracer(...of)) };
}

function discreetTracer(tracer: Tracer): Tracer {
  return {
    startSpan: (name, options, parent) => silence(tracer.startSpan(name, withoutQuery(options), parent)),
    startActiveSpan: (name: string, ...rest: unknown[]) => {
      const work = rest.pop() as (span: Span) => unknown;
      const [options, ...parent] = rest;
      const start = tracer.startActiveSpan as (...all: unknown[]) => unknown;
      return start.call(tracer, name, withoutQuery(options as SpanOptions) ?? {}, ...parent, (span: Span) =>
        work(silence(span)),
      );
    },
  } as Tracer;
}

function withoutQuery(options: SpanOptions | undefined): SpanOptions | undefined {
  return options?.attributes ? { ...options, attributes: withoutQueries(options.attributes) } : options;
}

function withoutQueries(attributes: Attributes): Attributes {
  const { 'url.query': _, ...rest } = attributes;
  const full = rest['url.full'];
  return typeof full === 'string' ? { ...rest, 'url.full': full.replace(/[?#].*/s, '') } : rest;
}

function silence(span: Span): Span {
  const setStatus = span.setStatus.bind(span);
  return Object.assign(span, {
    setStatus: ({ code }: Parameters<Span['setStatus']>[0]) => setStatus({ code }),
    recordException: (error: unknown) => void span.setAttribute(attribute.errorType, kindOf(error)),
  });
}

/** Of PostgreSQL's errors the instrumentation gives a sentence with the SQLSTATE in it, and nothing else. */
function kindOf(error: unknown): string {
  const state = typeof error === 'string' ? /\(code: (\w{5})\)$/.exec(error)?.[1] : undefined;
  return state ?? errorType(error);
}
