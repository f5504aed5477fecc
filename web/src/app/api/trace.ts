import type { Interceptor } from '@connectrpc/connect';

/**
 * Begins a trace with every call: a W3C trace parent of random ids, which the services go on from through their events
 * to the last effect. That takes no telemetry SDK here, so the span that the trace begins with is recorded by nobody.
 *
 * It says "sampled"; what is kept is for the services' own sampler, by the trace's id. Put before `authenticate`, so
 * that a call sent again with a renewed token stays in its trace.
 */
export function beginTrace(): Interceptor {
  return (next) => (request) => {
    request.header.set('traceparent', `00-${randomHex(16)}-${randomHex(8)}-01`);
    return next(request);
  };
}

function randomHex(byteCount: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(byteCount));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
