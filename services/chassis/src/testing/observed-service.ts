import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Collector, startCollector } from './collector.ts';
import { eventually } from './eventually.ts';
import type { TestTokens } from './tokens.ts';

export interface ObservedServiceOptions {
  /** Its `src/main.ts`. */
  readonly main: URL;
  readonly environment: Readonly<Record<string, string>>;
  /** Whose tokens it believes; those it makes itself unless given. */
  readonly tokens?: TestTokens;
}

/**
 * A service as it is deployed: a process that logs everything at level `trace` and sends all its telemetry to a
 * collector. For tests of what gets out that way.
 */
export class ObservedService {
  readonly url: string;
  readonly #child: ReturnType<typeof spawnService>;
  readonly #collector: Collector;
  readonly #closeKeys: () => void;

  private constructor(
    httpPort: number,
    child: ReturnType<typeof spawnService>,
    collector: Collector,
    closeKeys: () => void,
  ) {
    this.url = `http://127.0.0.1:${httpPort}`;
    this.#child = child;
    this.#collector = collector;
    this.#closeKeys = closeKeys;
  }

  static async start({ main, environment, tokens }: ObservedServiceOptions): Promise<ObservedService> {
    const collector = await startCollector();
    const keys = await serveKeys(tokens);
    const child = spawnService(main, {
      ...{ HOST: '127.0.0.1', HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'trace' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      // Soon, so that gauges are sent while there is something to read.
      ...{ OTEL_METRIC_EXPORT_INTERVAL: '300', OTEL_METRIC_EXPORT_TIMEOUT: '250', OTEL_BSP_SCHEDULE_DELAY: '100' },
      ...keys.environment,
      ...environment,
    });
    try {
      return new ObservedService(await portOf(child), child, collector, keys.close);
    } catch (error) {
      // What still listens would keep the test's process from ending.
      await child.end();
      keys.close();
      collector.close();
      throw error;
    }
  }

  /** Sends a body, well formed or not, to a path such as `finflow.auth.v1.AuthService/Login`; never throws for an answer. */
  async post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
  }

  /** What it wrote so far. */
  output(): string {
    return this.#child.output();
  }

  /** Ends it, and returns everything that it wrote and sent: its output, and the bodies that the collector was given. */
  async stop(): Promise<string> {
    await eventually(() => {
      if (!this.#collector.metrics.some(({ name }) => name === 'finflow.outbox.size')) throw new Error('no gauges yet');
    }, 30_000);
    await this[Symbol.asyncDispose]();
    const { spans, logs, bodies } = this.#collector;
    if (spans.length === 0 || logs.length === 0) throw new Error('The service sent no spans or no logs.');
    return [this.output(), ...bodies].join('\n');
  }

  /** Ends it, whatever it has told so far: what a test that fails midway started must not outlive it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.end();
    this.#closeKeys();
    this.#collector.close();
  }
}

/**
 * The secrets that are in a text, by name: as they are, and in the ways in which programs write values of others' down.
 */
export function found(secrets: Readonly<Record<string, string>>, text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function formsOf(secret: string): string[] {
  if (secret.length < 8) throw new Error('A secret that short would be found by chance.');
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

/** The HTTP port that a service says it has; throws with what it says instead. */
async function portOf(child: ReturnType<typeof spawnService>): Promise<number> {
  const failure = () => new Error(`The service has not started: ${child.output()}`);
  const line = await eventually(() => {
    const started = child
      .output()
      .split('\n')
      .find((each) => each.includes('"message":"started"'));
    if (!started && !child.hasEnded()) throw failure();
    return started;
  }, 30_000);
  if (!line) throw failure();
  return (JSON.parse(line) as { httpPort: number }).httpPort;
}

function spawnService(main: URL, environment: Readonly<Record<string, string>>) {
  const telemetry = fileURLToPath(new URL('../telemetry.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', telemetry, fileURLToPath(main)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  let ended = false;
  const exited = once(child, 'close').then(() => {
    ended = true;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return {
    output: () => output,
    hasEnded: () => ended,
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function serveKeys(
  tokens: TestTokens | undefined,
): Promise<{ environment: Record<string, string>; close: () => void }> {
  if (!tokens) return { environment: {}, close: () => undefined };
  const server = createServer((_request, response) => response.end(JSON.stringify(tokens.jwks)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: {
      JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      TOKEN_ISSUER: tokens.issuer,
      TOKEN_AUDIENCE: tokens.audience,
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
