import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await chassisDatabase();
});
afterAll(async () => await database?.drop());

/** Runs the fixture with telemetry loaded first; returns its log lines. */
async function run(environment: Record<string, string>): Promise<Record<string, unknown>[]> {
  const child = spawn(process.execPath, ['--import', path('../src/telemetry.ts'), path('./fixtures/traced.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { DATABASE_URL: database.url, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('one trace through a gRPC call, its statements and the HTTP call made inside it, exported before the process ends', async () => {
  const spans: Span[] = [];
  const metrics: string[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        for (const resource of JSON.parse(body).resourceSpans) {
          for (const scope of resource.scopeSpans) spans.push(...scope.spans);
        }
      }
      if (request.url === '/v1/metrics') {
        for (const resource of JSON.parse(body).resourceMetrics) {
          for (const scope of resource.scopeMetrics) {
            metrics.push(...scope.metrics.map(({ name, unit }: { name: string; unit: string }) => `${name} ${unit}`));
          }
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  try {
    const lines = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_LOGS_EXPORTER: 'none',
    });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    expect(spans.map((span) => span.traceId)).toEqual(spans.map(() => traceId));
    const login = spans.find((span) => span.kind === 2 && span.name === 'finflow.auth.v1.AuthService/Login');
    const logout = spans.find((span) => span.name === 'finflow.auth.v1.AuthService/Logout');
    // Login ← the gRPC client ← whoever gave it the trace; Logout ← the HTTP server ← the HTTP client ← Login.
    const parentOf = (span: Span | undefined) => spans.find((each) => each.spanId === span?.parentSpanId);
    expect(parentOf(login)).toMatchObject({ kind: 3, name: login?.name, parentSpanId: 'b7ad6b7169203331' });
    expect(parentOf(parentOf(parentOf(logout)))?.spanId).toBe(login?.spanId);
    const statements = spans.filter((span) => span.parentSpanId === login?.spanId).map(statementOf);
    expect(statements).toEqual(expect.arrayContaining(['select 1 as asked', 'commit']));
    expect(metrics).toEqual(expect.arrayContaining(['rpc.server.call.duration s', 'rpc.client.call.duration s']));
    expect(lines.find((line) => line.message === 'inside')).toMatchObject({
      trace_id: traceId,
      span_id: login?.spanId,
    });
  } finally {
    collector.close();
  }
});

function statementOf({ attributes }: Span): string | undefined {
  const found = attributes.find(({ key }) => key === 'db.query.text' || key === 'db.statement');
  return found?.value.stringValue;
}

test('without an endpoint nothing is traced, and a call still has the id its caller gave', async () => {
  const lines = await run({});
  expect(lines.find((line) => line.message === 'inside')).not.toHaveProperty('trace_id');
  expect(lines.find((line) => String(line.rpc).endsWith('/Login'))).toMatchObject({
    correlation_id: '0af7651916cd43dd8448eb211c80319c',
  });
});
