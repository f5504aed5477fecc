import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { linksTo } from './creation.ts';
import { attribute, errorType } from './names.ts';

const tracer = trace.getTracer('@finflow/chassis');

/** Whose trace something belongs to. */
export type Trace = Context;

/** That of the request or event handled here and now. */
export function currentTrace(): Trace {
  return context.active();
}

/**
 * Opens a span for work that several traces share. A span has one parent: alone, a thing's work goes on in its own
 * trace, so that at low load a trace holds everything; several get a trace of their own, linked to each of theirs.
 *
 * @param contextOf the context of one thing; called for all of them only when the span is recorded
 */
export function startShared<T>(
  name: string,
  options: SpanOptions,
  things: readonly T[],
  contextOf: (thing: T) => Context,
): { readonly span: Span; readonly inside: Context } {
  const [first] = things;
  const parent = first !== undefined && things.length === 1 ? contextOf(first) : ROOT_CONTEXT;
  const span = tracer.startSpan(name, options, parent);
  if (span.isRecording()) {
    span.setAttribute(attribute.batchSize, things.length);
    span.addLinks(linksTo(things.map(contextOf)));
  }
  return { span, inside: trace.setSpan(parent, span) };
}

/** Runs `work` inside of a span opened by `startShared`, and ends the span with it. */
export async function inShared<T, R>(
  name: string,
  options: SpanOptions,
  things: readonly T[],
  contextOf: (thing: T) => Context,
  work: () => Promise<R>,
): Promise<R> {
  const { span, inside } = startShared(name, options, things, contextOf);
  try {
    return await context.with(inside, work);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says what kind of error it was; its message may hold customers' data. */
export function fail(span: Span, error: unknown): void {
  span.setAttribute(attribute.errorType, errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
