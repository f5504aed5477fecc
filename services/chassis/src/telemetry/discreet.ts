import type { Span, Tracer, TracerProvider } from '@opentelemetry/api';
import { attribute, errorType } from './names.ts';

/**
 * A tracer provider for instrumentations that are not ours: its spans tell an error's kind and never its message.
 * PostgreSQL quotes values in messages (`invalid input syntax for type uuid: "…"`), and those are customers' data.
 */
export function discreet(provider: TracerProvider): TracerProvider {
  return { getTracer: (...of) => discreetTracer(provider.getTracer(...of)) };
}

function discreetTracer(tracer: Tracer): Tracer {
  return {
    startSpan: (...how) => silence(tracer.startSpan(...how)),
    startActiveSpan: (name: string, ...rest: unknown[]) => {
      const work = rest.pop() as (span: Span) => unknown;
      const start = tracer.startActiveSpan as (...all: unknown[]) => unknown;
      return start.call(tracer, name, ...rest, (span: Span) => work(silence(span)));
    },
  } as Tracer;
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
