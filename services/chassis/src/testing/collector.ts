import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Keyed = { readonly key: string; readonly value: { readonly stringValue?: string } };

export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Keyed[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface CollectedLog {
  readonly severityText: string;
  readonly body: { readonly stringValue?: string };
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly Keyed[];
}

export interface CollectedMetric {
  readonly name: string;
  readonly unit: string;
}

/** Takes what a process sends by OTLP (`http/json`), and keeps it. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  readonly metrics: readonly CollectedMetric[];
  readonly logs: readonly CollectedLog[];
  /** Everything, as it came. */
  readonly bodies: readonly string[];
  close(): void;
}

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const [spans, metrics, logs]: [CollectedSpan[], CollectedMetric[], CollectedLog[]] = [[], [], []];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    const { resourceSpans = [], resourceMetrics = [], resourceLogs = [] } = JSON.parse(body);
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    for (const { scopeMetrics } of resourceMetrics) for (const scope of scopeMetrics) metrics.push(...scope.metrics);
    for (const { scopeLogs } of resourceLogs) for (const scope of scopeLogs) logs.push(...scope.logRecords);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ spans, metrics, logs, bodies },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
