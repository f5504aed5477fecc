import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CollectedSpan, type Collector, startCollector } from '../src/testing/collector.ts';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';
import { libraryMetrics } from './telemetry/promql.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

let database: TestDatabase;
beforeAll(async () => {
  database = await chassisDatabase();
});
afterAll(async () => await database?.drop());

/** Runs the fixture with telemetry loaded first, and waits for its end. */
async function start(environment: Record<string, string>): Promise<{ code: unknown; output: string; errors: string }> {
  const child = spawn(process.execPath, ['--import', path('../src/telemetry.ts'), path('./fixtures/traced.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { DATABASE_URL: database.url, ...environment },
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, output, errors };
}

/** Runs the fixture; returns its log lines. */
async function run(environment: Record<string, string>): Promise<Record<string, unknown>[]> {
  const { code, output, errors } = await start(environment);
  expect([code, errors]).toEqual([0, '']);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const attributeOf = (item: { attributes: CollectedSpan['attributes'] }, ...names: string[]) =>
  item.attributes.find(({ key }) => names.includes(key))?.value.stringValue;
const statementOf = (span: CollectedSpan) => attributeOf(span, 'db.query.text', 'db.statement');

describe('sent to a collector', () => {
  let collector: Collector;
  let lines: Record<string, unknown>[];
  let login: CollectedSpan | undefined;

  beforeAll(async () => {
    collector = await startCollector();
    lines = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    login = collector.spans.find(({ kind, name }) => kind === 2 && name === 'finflow.auth.v1.AuthService/Login');
  });
  afterAll(() => collector?.close());

  test('one trace leads through a gRPC call, its statements and the HTTP call made inside it', () => {
    const { spans } = collector;
    expect(spans.map((span) => span.traceId)).toEqual(spans.map(() => TRACE_ID));
    const logout = spans.find((span) => span.name === 'finflow.auth.v1.AuthService/Logout');
    // Login ← the gRPC client ← whoever gave it the trace; Logout ← the HTTP server ← the HTTP client ← Login.
    const parentOf = (span: CollectedSpan | undefined) => spans.find((each) => each.spanId === span?.parentSpanId);
    expect(parentOf(login)).toMatchObject({ kind: 3, name: login?.name, parentSpanId: 'b7ad6b7169203331' });
    expect(parentOf(parentOf(parentOf(logout)))?.spanId).toBe(login?.spanId);
    const statements = spans.filter((span) => span.parentSpanId === login?.spanId).map(statementOf);
    expect(statements).toEqual(expect.arrayContaining(['select 1 as asked', 'commit']));
  });

  test('a statement that failed has the kind of its error, and not the value that the database quotes', () => {
    const failed = collector.spans.find((span) => statementOf(span) === 'select $1::uuid');
    expect(failed?.status).toEqual({ code: 2 });
    expect(failed && attributeOf(failed, 'error.type')).toBe('22P02');
    expect(collector.bodies.join('')).not.toContain('customer');
  });

  test('calls, statements and the process are measured', () => {
    const measured = collector.metrics.map(({ name, unit }) => `${name} ${unit}`);
    expect(measured).toEqual(
      expect.arrayContaining([
        'rpc.server.call.duration s',
        'rpc.client.call.duration s',
        'db.client.operation.duration s',
        'nodejs.eventloop.delay.p99 s',
        'nodejs.eventloop.utilization 1',
        'v8js.memory.heap.used By',
      ]),
    );
  });

  test('log lines are there as they are written, in their span', () => {
    const inside = { trace_id: TRACE_ID, span_id: login?.spanId };
    expect(lines.find(({ message }) => message === 'inside')).toMatchObject(inside);
    const sent = collector.logs.find(({ body }) => body.stringValue === 'inside');
    expect(sent).toMatchObject({ severityText: 'info', traceId: TRACE_ID, spanId: login?.spanId });
    expect(collector.logs).toHaveLength(lines.length);
  });
});

describe('fetched by Prometheus', () => {
  test('metrics have their units in their names at a port of their own, which the public one does not show', async () => {
    const port = await freePort();
    const lines = await run({ METRICS_PORT: String(port), HOST: '127.0.0.1' });
    const scraped = lines.find(({ message }) => message === 'scraped');
    expect(scraped?.publicStatus).toBe(404);
    const metrics = String(scraped?.metrics);
    for (const name of [
      'rpc_server_call_duration_seconds_bucket{rpc_system_name="connectrpc",rpc_method="finflow.auth.v1.AuthService/Login",le="0.1"}',
      'db_client_connection_max{db_client_connection_pool_name="',
      'db_client_connection_count{db_client_connection_pool_name="',
      'nodejs_eventloop_time_seconds_total{',
      'target_info{',
    ]) {
      expect(metrics).toContain(name);
    }
    const named = metrics.split('\n').map((line) => /^\w+/.exec(line)?.[0]);
    const ofLibraries = [...libraryMetrics.gauge, ...libraryMetrics.histogram.map((name) => `${name}_bucket`)];
    expect(named).toEqual(expect.arrayContaining(ofLibraries));
    expect(metrics).not.toContain('unknown_host');
    // Spans are sent nowhere; the trace that the caller began is still told.
    expect(lines.find(({ message }) => message === 'inside')).toHaveProperty('trace_id', TRACE_ID);
    const logouts = lines.filter(({ rpc }) => String(rpc).endsWith('/Logout'));
    expect(logouts.map(({ trace_id }) => trace_id)).toEqual([TRACE_ID, undefined]);
  });

  test('beside a collector, traces and logs go there and metrics are fetched alone', async () => {
    const collector = await startCollector();
    try {
      const lines = await run({
        METRICS_PORT: String(await freePort()),
        HOST: '127.0.0.1',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      });
      expect(String(lines.find(({ message }) => message === 'scraped')?.metrics)).toContain('rpc_server_call');
      expect([collector.spans.length > 0, collector.logs.length > 0, collector.metrics]).toEqual([true, true, []]);
    } finally {
      collector.close();
    }
  });

  test('a port that is taken ends the start with a sentence', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { code, errors } = await start({ METRICS_PORT: String(port), HOST: '127.0.0.1' });
    taken.close();
    expect(code).toBe(1);
    expect(errors).toContain(`metrics port ${port} is in use by another program; stop it or choose another port`);
  });

  test.each(['0', '65536', 'metrics'])('METRICS_PORT=%s is refused in a sentence', async (port) => {
    const { code, errors } = await start({ METRICS_PORT: port });
    expect([code, errors]).toEqual([
      1,
      'The configuration is not usable:\n  METRICS_PORT: must be a whole number from 1 to 65535\n',
    ]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.each([[{}], [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }]])(
  'with %j nothing is traced, and a call still has the id its caller gave',
  async (environment) => {
    const lines = await run(environment as Record<string, string>);
    expect(lines.find((line) => line.message === 'inside')).not.toHaveProperty('trace_id');
    expect(lines.find((line) => String(line.rpc).endsWith('/Login'))).toMatchObject({ correlation_id: TRACE_ID });
  },
);
