import { randomUUID } from 'node:crypto';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import {
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { correlationIdKey } from '../context.ts';
import { watch } from './streams.ts';

const headerGetter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

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
 * Opens the server span, as child of the caller's `traceparent`, and gives the call its correlation id. gRPC needs
 * this here because HTTP/2 is not instrumented. Without a telemetry SDK the spans are empty and cost next to nothing.
 */
export function traceCalls(): Interceptor {
  const tracer = trace.getTracer('@finflow/chassis');
  return (next) => async (req) => {
    const active = context.active();
    // On the HTTP port the HTTP instrumentation has opened a span already: it is the parent then.
    const parent = trace.getSpan(active) ? active : propagation.extract(active, req.header, headerGetter);
    const span = tracer.startSpan(
      `${req.service.typeName}/${req.method.name}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'rpc.system': 'connect_rpc', 'rpc.service': req.service.typeName, 'rpc.method': req.method.name },
      },
      parent,
    );
    req.contextValues.set(correlationIdKey, correlationId(span, req.header));
    const inside = trace.setSpan(parent, span);
    try {
      const response = await context.with(inside, () => next(req));
      if (!response.stream) {
        span.end();
        return response;
      }
      const message = watch(response.message, {
        step: (run) => context.with(inside, run),
        end: (error) => finish(span, error),
      });
      return { ...response, message };
    } catch (error) {
      finish(span, error);
      throw error;
    }
  };
}

function finish(span: Span, error: unknown): void {
  if (error !== undefined) {
    const { code } = ConnectError.from(error);
    span.setAttribute('rpc.connect_rpc.error_code', codeToString(code));
    if (serverFaults.has(code)) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function correlationId(span: Span, headers: Headers): string {
  const spanContext = span.spanContext();
  if (isSpanContextValid(spanContext)) return spanContext.traceId;
  const incoming = /^00-([0-9a-f]{32})-/.exec(headers.get('traceparent') ?? '')?.[1];
  return incoming ?? randomUUID().replaceAll('-', '');
}
