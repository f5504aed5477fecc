import { trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { AggregationType, createAllowListAttributesProcessor, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { discreet } from './discreet.ts';
import { attribute } from './names.ts';
import { type ScrapeAddress, ScrapedMetrics } from './scrape.ts';

export interface SdkOptions {
  /** Whether OTEL_EXPORTER_OTLP_ENDPOINT names a collector that traces, metrics and logs are sent to. */
  readonly pushes: boolean;
  /** Where metrics are fetched; they are not sent then, because each series would be there twice. */
  readonly scraped: ScrapeAddress | undefined;
}

/** What libraries measure and we keep: few values of each attribute, and no second opinion about the pool. */
const views: ViewOptions[] = [
  // Counts the connections of all pools as one, and calls it `unknown_host`; `Database` has gauges of its own.
  {
    meterName: '@opentelemetry/instrumentation-pg',
    instrumentName: 'db.client.connection.*',
    aggregation: { type: AggregationType.DROP },
  },
  // Whoever calls us chooses the Host header: with the server's name in it, strangers would make series.
  {
    instrumentName: 'http.server.request.duration',
    attributesProcessors: [
      createAllowListAttributesProcessor(['http.request.method', 'http.response.status_code', attribute.errorType]),
    ],
  },
];

/** Starts the SDK and, when metrics are to be fetched, their server. Throws one sentence when its port cannot be had. */
export async function startSdk({ pushes, scraped }: SdkOptions): Promise<NodeSDK> {
  const traced = [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url: path }) => path === '/healthz' || path === '/readyz' || path === '/metrics',
    }),
    // Parameters are customers' data: statements only.
    new PgInstrumentation({ enhancedDatabaseReporting: false, requireParentSpan: true }),
  ];
  const options: Partial<NodeSDKConfiguration> = {
    // A batch of the outbox is linked to each of its events.
    spanLimits: { linkCountLimit: 1_000 },
    instrumentations: [...traced, new RuntimeNodeInstrumentation()],
    views,
  };
  if (scraped) {
    const metrics = new ScrapedMetrics(scraped);
    await metrics.listen();
    options.metricReaders = [metrics];
  }
  if (!pushes) Object.assign(options, { spanProcessors: [], logRecordProcessors: [] });
  const sdk = new NodeSDK(options);
  sdk.start();
  for (const instrumentation of traced) instrumentation.setTracerProvider(discreet(trace.getTracerProvider()));
  return sdk;
}
