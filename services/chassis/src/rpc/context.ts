import { createContextKey } from '@connectrpc/connect';
import type { CallContext } from '../identity.ts';

/** Where a port leaves the address of whoever opened the connection (or the proxy's word for it, when trusted). */
export const remoteAddressKey = createContextKey('', { description: 'remote address' });

/** Where the trace interceptor leaves the id that ties this call's log lines, spans and error report together. */
export const correlationIdKey = createContextKey('', { description: 'correlation id' });

/** The caller's network address, `''` when unknown. For limits per address; never for identity. */
export function remoteAddressOf(context: CallContext): string {
  return context.values.get(remoteAddressKey);
}

/** The id of this call in logs and traces. */
export function correlationIdOf(context: CallContext): string {
  return context.values.get(correlationIdKey);
}
