import { context, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import pg from 'pg';
import type { Metric } from '../telemetry/metrics.ts';

/** An SDK that keeps what it is told, as `telemetry.ts` sets it up otherwise. Parts made after `start` are seen. */
export class InMemoryTelemetry {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 3_600_000 });
  readonly #sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new SimpleSpanProcessor({ exporter: this.#spans })],
    metricReaders: [this.#reader],
    logRecordProcessors: [],
  });

  static start(): InMemoryTelemetry {
    const telemetry = new InMemoryTelemetry();
    telemetry.#sdk.start();
    patchPg();
    return telemetry;
  }

  async stop(): Promise<void> {
    await this.#sdk.shutdown();
    for (const api of [trace, metrics, context, propagation]) api.disable();
  }

  /** Ended spans, in the order they ended. */
  get spans(): ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  /** The one span of this name; with `kind`, of this kind. */
  span(name: string, kind?: ReadableSpan['kind']): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name && (kind === undefined || span.kind === kind));
    if (found.length !== 1) {
      throw new Error(`${found.length} spans are named "${name}"; there are: ${this.spans.map((span) => span.name)}`);
    }
    return found[0] as ReadableSpan;
  }

  /** Runs something as what comes with this trace parent would. */
  inTrace<T>(traceparent: string, run: () => T): T {
    return context.with(propagation.extract(ROOT_CONTEXT, { traceparent }), run);
  }

  forgetSpans(): void {
    this.#spans.reset();
  }

  /** The metric's points, as an export now would have them. */
  async points({ name, unit }: Metric): Promise<DataPoint<number | Histogram>[]> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const found = all.find(({ descriptor }) => descriptor.name === name);
    if (found && found.descriptor.unit !== unit) throw new Error(`${name} is exported in ${found.descriptor.unit}.`);
    return (found?.dataPoints ?? []) as DataPoint<number | Histogram>[];
  }

  /** The values of the points with these attributes: a number, or how often something was measured. */
  async values(metric: Metric, attributes: Record<string, unknown> = {}): Promise<number[]> {
    const points = (await this.points(metric)).filter((point) =>
      Object.entries(attributes).every(([name, value]) => point.attributes[name] === value),
    );
    return points.map(({ value }) => (typeof value === 'number' ? value : value.count));
  }
}

/** By hand: Jest's modules pass by the hooks through which `telemetry.ts` has it done. */
function patchPg(): void {
  const instrumentation = new PgInstrumentation({ requireParentSpan: true });
  const definitions = Reflect.get(instrumentation, 'init').call(instrumentation) as {
    name: string;
    patch(module: unknown): void;
  }[];
  definitions.find(({ name }) => name === 'pg')?.patch(pg);
}
