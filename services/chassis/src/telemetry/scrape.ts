import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { type CollectionResult, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { listenError } from '../rpc/listen-error.ts';

/** Where metrics are fetched. */
export interface ScrapeAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Metrics to be fetched at `/metrics` of a port of their own. They are named as Prometheus names what it is sent by
 * OTLP, with their unit: the exporter leaves it out, and dashboards and alerts would fit one of the two ways alone.
 */
export class ScrapedMetrics extends PrometheusExporter {
  readonly #address: ScrapeAddress;

  constructor(address: ScrapeAddress) {
    super({ ...address, preventServerStart: true, withoutScopeInfo: true });
    this.#address = address;
  }

  /** Throws one sentence when the port cannot be had. */
  async listen(): Promise<void> {
    const { host, port } = this.#address;
    await this.startServer().catch((error) => {
      throw listenError('metrics', host, port, error);
    });
  }

  override async collect(options?: Parameters<PrometheusExporter['collect']>[0]): Promise<CollectionResult> {
    const { resourceMetrics, errors } = await super.collect(options);
    const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withUnit),
    }));
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  }
}

const suffixes: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

function withUnit(data: MetricData): MetricData {
  const { name, unit } = data.descriptor;
  const suffix = unit === '1' && data.dataPointType === DataPointType.GAUGE ? 'ratio' : suffixes[unit];
  if (suffix === undefined || name.endsWith(`.${suffix}`)) return data;
  return { ...data, descriptor: { ...data.descriptor, name: `${name}.${suffix}` } };
}
