import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { ManualClock } from '../../src/clock.ts';
import { createLogger } from '../../src/logger.ts';
import { createRpcServer, type RpcServerOptions, type ServedService } from '../../src/rpc/server.ts';
import { type TestTokens, testTokens } from '../../src/testing/tokens.ts';

/** A service that answers only some of its methods. */
export function partly<Service extends DescService>(
  service: Service,
  implementation: Partial<ServiceImpl<Service>>,
): ServedService {
  return { service, implementation: implementation as Record<string, unknown> };
}

export interface RunningServer {
  readonly url: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly grpcAddress: string;
  readonly tokens: TestTokens;
  /** Every log line so far. */
  readonly lines: Record<string, unknown>[];
  stop(): Promise<void>;
  /** Calls a method in JSON, as curl would. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<JsonReply>;
}

export interface JsonReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    code?: string;
    message?: string;
    details?: { debug: { reason: string; fields?: { field: string; description: string }[] } }[];
    [field: string]: unknown;
  };
}

/** A server on ports of the system's choice, with a clock that stands at `now` and tokens of its own. */
export async function startServer(
  services: readonly ServedService[],
  options: Partial<RpcServerOptions> = {},
): Promise<RunningServer> {
  // Deadlines of the transports go by the machine's clock; tokens go by this one.
  const clock = new ManualClock(new Date('2026-05-01T12:00:00Z'));
  const tokens = await testTokens(clock);
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ service: 'test', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const server = createRpcServer({
    name: 'test',
    services,
    verifier: tokens.verifier,
    logger,
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    ready: async () => undefined,
    ...options,
  });
  const { httpPort, grpcPort } = await server.start();
  const url = `http://127.0.0.1:${httpPort}`;
  return {
    url,
    httpPort,
    grpcPort,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    tokens,
    lines,
    stop: () => server.stop(),
    post: async (path, body, headers = {}) => {
      const response = await fetch(`${url}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as JsonReply['body'] };
    },
  };
}

/** The reason in an error's detail. */
export function reasonIn(reply: JsonReply): string | undefined {
  return reply.body.details?.[0]?.debug.reason;
}
