import type { DescMethod } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { contextOf, passOn } from '../telemetry/headers.ts';
import { durationOf, metric, secondsSince } from '../telemetry/metrics.ts';
import { attribute } from '../telemetry/names.ts';
import { hostAndPort } from './grpc-target.ts';

const tracer = trace.getTracer('@finflow/chassis');

/** A call on its way to another service. */
export interface OutgoingCall {
  /** Ends its span, once, with the error when there was one. */
  finish(error?: unknown): void;
}

/** Client spans and times of the calls to one address. */
export class OutgoingCalls {
  readonly #common: Attributes;
  readonly #duration = durationOf(metric.rpcClientDuration);

  /**
   * @param address `host:port`, or a gRPC target such as `dns:///host:port`
   */
  constructor(address: string) {
    const { host, port } = hostAndPort(address);
    this.#common = { [attribute.rpcSystem]: 'grpc', [attribute.serverAddress]: host };
    if (port !== undefined) this.#common[attribute.serverPort] = port;
  }

  /** Begins a call's span, and gives its headers the trace parent that the other side goes on from. */
  begin({ parent, name }: DescMethod, headers: Headers): OutgoingCall {
    const method = `${parent.typeName}/${name}`;
    const attributes = { ...this.#common, [attribute.rpcMethod]: method };
    const above = contextOf(headers);
    const span = tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, above);
    passOn(trace.setSpan(above, span), headers);
    const startMs = performance.now();
    return {
      finish: (error) => {
        if (error !== undefined) markFailed(span, attributes, error);
        this.#duration.record(secondsSince(startMs), attributes);
        span.end();
      },
    };
  }
}

/** To its caller every error is one, whoever is at fault. */
function markFailed(span: Span, attributes: Attributes, error: unknown): void {
  const code = codeToString(ConnectError.from(error).code);
  attributes[attribute.rpcStatusCode] = code;
  attributes[attribute.errorType] = code;
  span.setAttributes(attributes);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
