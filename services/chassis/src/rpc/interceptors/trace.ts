import { randomUUID } from 'node:crypto';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import {
  type Attributes,
  context,
  type Histogram,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { contextOf } from '../../telemetry/headers.ts';
import { durationOf, metric, secondsSince } from '../../telemetry/metrics.ts';
import { attribute } from '../../telemetry/names.ts';
import { correlationIdKey } from '../context.ts';
import { watch } from './streams.ts';

// The caller's faults are not failures of the server (OpenTelemetry semantic conventions for RPC servers).
const serverFaults = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Unimplemented,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

/**
 * Opens the server span, as child of the caller's `traceparent`, gives the call its correlation id and measures it.
 * gRPC needs this here because HTTP/2 is not instrumented. Without a telemetry SDK the spans are empty and cost next to
 * nothing.
 */
export function traceCalls(): Interceptor {
  const tracer = trace.getTracer('@finflow/chassis');
  const duration = durationOf(metric.rpcServerDuration);
  return (next) => async (req) => {
    // On the HTTP port the HTTP instrumentation has opened a span already: it is the parent then.
    const parent = contextOf(req.header);
    const method = `${req.service.typeName}/${req.method.name}`;
    const attributes = { [attribute.rpcSystem]: 'connectrpc', [attribute.rpcMethod]: method };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    req.contextValues.set(correlationIdKey, correlationId(span, req.header));
    const inside = trace.setSpan(parent, span);
    const call: Call = { span, duration, attributes, startMs: performance.now() };
    try {
      const response = await context.with(inside, () => next(req));
      if (!response.stream) {
        finish(call);
        return response;
      }
      const message = watch(response.message, {
        step: (run) => context.with(inside, run),
        end: (error) => finish(call, error),
      });
      return { ...response, message };
    } catch (error) {
      finish(call, error);
      throw error;
    }
  };
}

interface Call {
  readonly span: Span;
  readonly duration: Histogram;
  readonly attributes: Attributes;
  readonly startMs: number;
}

function finish({ span, duration, attributes, startMs }: Call, error?: unknown): void {
  if (error !== undefined) {
    const { code } = ConnectError.from(error);
    attributes[attribute.rpcStatusCode] = codeToString(code);
    if (serverFaults.has(code)) {
      attributes[attribute.errorType] = codeToString(code);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.setAttributes(attributes);
  }
  duration.record(secondsSince(startMs), attributes);
  span.end();
}

function correlationId(span: Span, headers: Headers): string {
  const spanContext = span.spanContext();
  if (isSpanContextValid(spanContext)) return spanContext.traceId;
  const incoming = /^00-([0-9a-f]{32})-/.exec(headers.get('traceparent') ?? '')?.[1];
  return incoming ?? randomUUID().replaceAll('-', '');
}
