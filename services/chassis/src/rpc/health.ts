import { setTimeout as delay } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finflow/proto/grpc/health/v1/health_pb';
import type { Readiness } from './readiness.ts';
import { type ServedService, serve } from './serve.ts';

const watchIntervalMs = 1_000;

/**
 * The gRPC health protocol: `''` is the whole server, and each service of it has the server's health. An unknown name
 * is NOT_FOUND to Check and SERVICE_UNKNOWN to Watch, as the protocol wants.
 */
export function healthService(readiness: Readiness, serviceNames: readonly string[]): ServedService {
  const names = new Set(['', ...serviceNames]);
  const status = async () => ((await readiness.check()) ? Status.SERVING : Status.NOT_SERVING);
  return serve(Health, {
    async check({ service }) {
      if (!names.has(service)) throw new ConnectError(`no service ${service} here`, Code.NotFound);
      return { status: await status() };
    },
    async list() {
      const current = await status();
      return { statuses: Object.fromEntries([...names].map((name) => [name, { status: current }])) };
    },
    async *watch({ service }, { signal }) {
      let last: Status | undefined;
      const changed = AbortSignal.any([signal, readiness.drainSignal]);
      while (!signal.aborted) {
        const { draining } = readiness;
        const current = names.has(service) ? await status() : Status.SERVICE_UNKNOWN;
        if (current !== last) yield { status: current };
        last = current;
        // A watcher must not keep a server that stops waiting.
        if (draining) return;
        await delay(watchIntervalMs, undefined, { signal: changed, ref: false }).catch(() => undefined);
      }
    },
  });
}
