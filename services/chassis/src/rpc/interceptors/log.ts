import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { callerKey } from '../../identity.ts';
import type { Logger } from '../../logger.ts';
import { correlationIdKey, remoteAddressKey } from '../context.ts';
import { reasonOf } from '../wire-error.ts';
import { watch } from './streams.ts';

// Faults of ours are errors, trouble of the surroundings is a warning, a caller's mistake is news.
const levels: Partial<Record<Code, 'error' | 'warn'>> = {
  [Code.Internal]: 'error',
  [Code.Unknown]: 'error',
  [Code.DataLoss]: 'error',
  [Code.Unavailable]: 'warn',
  [Code.DeadlineExceeded]: 'warn',
};

/** One line a call: method, outcome, duration, caller. Never a field of the request or the reply. */
export function logCalls(logger: Logger): Interceptor {
  // Looking for secrets takes ten times as long as writing the line, and this line has none.
  const lines = logger.child({}, { redact: [] });
  return (next) => async (req) => {
    const startedMs = performance.now();
    const write = (error?: unknown) => {
      const failure = error === undefined ? undefined : ConnectError.from(error);
      const level = failure === undefined ? 'info' : (levels[failure.code] ?? 'info');
      if (!lines.isLevelEnabled(level)) return;
      const caller = req.contextValues.get(callerKey);
      lines[level](
        {
          rpc: `${req.service.typeName}/${req.method.name}`,
          code: failure === undefined ? 'ok' : codeToString(failure.code),
          reason: failure && reasonOf(failure),
          duration_ms: Math.round((performance.now() - startedMs) * 100) / 100,
          user_id: caller?.userId,
          organization_id: caller?.organizationId,
          remote_address: req.contextValues.get(remoteAddressKey) || undefined,
          correlation_id: req.contextValues.get(correlationIdKey),
        },
        'call',
      );
    };
    try {
      const response = await next(req);
      if (response.stream) return { ...response, message: watch(response.message, { end: write }) };
      write();
      return response;
    } catch (error) {
      write(error);
      throw error;
    }
  };
}
