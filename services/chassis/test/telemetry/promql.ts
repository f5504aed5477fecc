import { parser } from '@prometheus-io/lezer-promql';
import { type Metric, metric } from '../../src/telemetry/metrics.ts';
import { attribute } from '../../src/telemetry/names.ts';

/** A metric as Prometheus has it. */
const suffixes = { histogram: ['_bucket', '_count', '_sum'], counter: ['_total'], gauge: [''] } as const;
const units: Readonly<Record<string, string>> = { s: '_seconds' };

function namesOf({ name, unit, kind }: Metric): string[] {
  return suffixes[kind].map((suffix) => `${name.replaceAll('.', '_')}${units[unit] ?? ''}${suffix}`);
}

/** What libraries measure, as `telemetry.test.ts` finds it at the port for Prometheus. */
export const libraryMetrics = {
  gauge: ['nodejs_eventloop_utilization_ratio', 'nodejs_eventloop_delay_p99_seconds', 'v8js_memory_heap_used_bytes'],
  histogram: [
    'db_client_operation_duration_seconds',
    'http_client_request_duration_seconds',
    'http_server_request_duration_seconds',
    'v8js_gc_duration_seconds',
  ],
} as const;

export const knownMetrics: ReadonlySet<string> = new Set([
  ...Object.values(metric).flatMap(namesOf),
  ...libraryMetrics.gauge,
  ...libraryMetrics.histogram.flatMap((name) => suffixes.histogram.map((suffix) => `${name}${suffix}`)),
  'target_info',
]);

export const knownLabels: ReadonlySet<string> = new Set([
  ...Object.values(attribute).map((name) => name.replaceAll('.', '_')),
  ...['db_operation_name', 'http_response_status_code'],
  // Prometheus' own.
  ...['namespace', 'job', 'instance', 'le'],
]);

/** What a query asks for. Throws where it is no PromQL. */
export function readQuery(query: string): { metrics: string[]; labels: string[] } {
  // Grafana's placeholders stand for values that are there when it asks.
  const text = query.replaceAll('$__rate_interval', '5m').replaceAll(/\$(namespace|job)/g, '.*');
  const [metrics, labels]: [string[], string[]] = [[], []];
  parser.parse(text).iterate({
    enter({ name, type, from, to }) {
      const found = text.slice(from, to);
      if (type.isError) throw new Error(`This is no PromQL near “${text.slice(from, from + 30)}”: ${text}`);
      if (name === 'Identifier') metrics.push(found);
      if (name === 'LabelName') labels.push(found);
    },
  });
  return { metrics, labels };
}
