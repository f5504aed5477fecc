/**
 * OpenTelemetry, loaded before everything else: `node --import @finflow/chassis/telemetry src/main.ts`. Without
 * OTEL_EXPORTER_OTLP_ENDPOINT it loads nothing more; the other OTEL_ variables mean what the specification says.
 */
import { z } from 'zod';
import { loadConfig, url } from './config.ts';
import { atExit } from './lifecycle.ts';

const config = loadConfig(z.object({ OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional() }));
if (config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) await startTelemetry();

async function startTelemetry(): Promise<void> {
  // Hooks come before the SDK, which itself loads http. The synchronous ones: module.register costs 1 s and 110 MB.
  const { register } = await import('import-in-the-middle/register-hooks.mjs');
  register({ include: ['http', 'node:http', 'https', 'pg', 'pg-pool', /\/pg\//] });
  const [{ NodeSDK }, { HttpInstrumentation }, { PgInstrumentation }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/instrumentation-http'),
    import('@opentelemetry/instrumentation-pg'),
  ]);
  const sdk = new NodeSDK({
    // A batch of the outbox is linked to each of its events.
    spanLimits: { linkCountLimit: 1_000 },
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url: path }) => path === '/healthz' || path === '/readyz',
      }),
      // Parameters are customers' data: statements only.
      new PgInstrumentation({ enhancedDatabaseReporting: false, requireParentSpan: true }),
    ],
  });
  sdk.start();
  atExit(() => sdk.shutdown());
}
