/**
 * OpenTelemetry, loaded before everything else: `node --import @finflow/chassis/telemetry src/main.ts`. The environment
 * alone decides: OTEL_EXPORTER_OTLP_ENDPOINT sends traces, metrics and logs there; METRICS_PORT has Prometheus fetch the
 * metrics instead. Without either nothing more is loaded.
 */
import { isMainThread } from 'node:worker_threads';
import { z } from 'zod';
import { flag, integer, loadConfig, url } from './config.ts';
import { atExit } from './lifecycle.ts';
import { runProgram } from './program.ts';

const shape = z.object({
  /** Base URL of a collector; the other OTEL_ variables mean what the specification says. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
  OTEL_SDK_DISABLED: flag.default(false),
  /** Where Prometheus fetches `/metrics`: a port of its own, so that no proxy in front of the service shows it. */
  METRICS_PORT: integer(1, 65_535).optional(),
  HOST: z.string().default('0.0.0.0'),
});

// Threads of workers are started with this as well: what they do is measured by whom they do it for.
if (isMainThread) await runProgram(start);

async function start(): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: disabled, METRICS_PORT, HOST } = loadConfig(shape);
  if (disabled || (endpoint === undefined && METRICS_PORT === undefined)) return;
  // Hooks come before the SDK, which itself loads http. The synchronous ones: module.register costs 1 s and 110 MB.
  const { register } = await import('import-in-the-middle/register-hooks.mjs');
  register({ include: ['http', 'node:http', 'https', 'pg', 'pg-pool', /\/pg\//] });
  const { startSdk } = await import('./telemetry/sdk.ts');
  const sdk = await startSdk({
    pushes: endpoint !== undefined,
    scraped: METRICS_PORT === undefined ? undefined : { host: HOST, port: METRICS_PORT },
  });
  atExit(() => sdk.shutdown());
}
