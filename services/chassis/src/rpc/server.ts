import type { IncomingMessage, ServerResponse } from 'node:http';
import { Code } from '@connectrpc/connect';
import type { TokenVerifier } from '../identity.ts';
import type { Logger } from '../logger.ts';
import { connectHandlers } from './connect-adapter.ts';
import { withDeadlines } from './deadline.ts';
import { type GrpcSecurity, loopbackOnly } from './grpc-security.ts';
import { GrpcServer } from './grpc-server.ts';
import { healthService } from './health.ts';
import type { HttpRoute } from './http-routes.ts';
import { HttpServer } from './http-server.ts';
import { interceptorChain } from './interceptors/chain.ts';
import { contractValidator, warmUp } from './interceptors/validate.ts';
import { maxMessageBytes } from './limits.ts';
import { assertPolicies } from './policy.ts';
import { Readiness } from './readiness.ts';
import { reflectionService } from './reflection.ts';
import type { ServedService } from './serve.ts';
import { wireError } from './wire-error.ts';

export type { HttpRoute, HttpRouteReply, HttpRouteRequest } from './http-routes.ts';
export { jsonReply } from './http-routes.ts';
export { type ServedService, serve } from './serve.ts';

export interface RpcServerOptions {
  /** The service's name in logs. */
  readonly name: string;
  readonly services: readonly ServedService[];
  readonly verifier: TokenVerifier;
  readonly logger: Logger;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Plain text on loopback, and nothing elsewhere, unless given. */
  readonly grpcSecurity?: GrpcSecurity;
  /** How old a gRPC connection gets before its client is sent to look for newer pods; 15 s unless given. */
  readonly grpcConnectionAgeMs?: number;
  readonly httpRoutes?: readonly HttpRoute[];
  /** Resolves when a request could be served now; what it throws is logged, not shown. */
  readonly ready: () => Promise<void>;
  /** How many proxies in front append to X-Forwarded-For; 0 believes the socket alone. */
  readonly trustedProxyHops?: number;
  /** How long requests in flight get to finish when stopping; 15 s unless given. */
  readonly drainMs?: number;
}

export interface RpcServer {
  /** Listens on both ports and returns them. Throws one sentence when a port cannot be had. */
  start(): Promise<{ httpPort: number; grpcPort: number }>;
  /** Stops taking requests, lets those in flight finish up to the drain time, then ends them. */
  stop(): Promise<void>;
  /** The HTTP port's request handler, to be mounted in another server. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  /** Whether `handler` answers this path with anything but 404 (health paths apart). */
  serves(path: string): boolean;
}

/**
 * A service's two ports over the same handlers and the same interceptors: HTTP/1.1 (Connect, JSON, gRPC-Web, plain
 * routes, health) and gRPC (with health and reflection). Throws at once when a method has no authorization policy or
 * its rules do not compile, and when its gRPC would leave this machine unprotected.
 */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  const { verifier, httpRoutes = [], drainMs = 15_000 } = options;
  const { grpcSecurity = loopbackOnly, grpcConnectionAgeMs = 15_000 } = options;
  const services = options.services.map(withDeadlines);
  const logger = options.logger.child({ server: options.name });
  const contracts = services.map((served) => served.service);
  assertPolicies(contracts);
  const validator = contractValidator();
  warmUp(validator, contracts);

  const interceptors = interceptorChain({ verifier, logger, validator });
  const readiness = new Readiness(options.ready, logger);
  const shutdown = new AbortController();
  const http = new HttpServer({
    rpcs: connectHandlers({ services, interceptors, shutdown: shutdown.signal, logger }),
    routes: httpRoutes,
    readiness,
    logger,
    trustedProxyHops: options.trustedProxyHops ?? 0,
  });
  const health = healthService(
    readiness,
    contracts.map((contract) => contract.typeName),
  );
  const grpc = new GrpcServer({
    shutdown: shutdown.signal,
    logger,
    credentials: grpcSecurity.forServer(options.host),
    connectionAgeMs: grpcConnectionAgeMs,
    maxMessageBytes,
  });
  grpc.mount(services, interceptors);
  // Probes and grpcurl come without a token, many times a minute: no policy, no log line.
  grpc.mount([health, reflectionService([...contracts, health.service])], []);

  return {
    async start() {
      const httpPort = await http.start(options.host, options.httpPort);
      try {
        const grpcPort = await grpc.start(options.host, options.grpcPort);
        return { httpPort, grpcPort };
      } catch (error) {
        await http.stop(0, () => undefined);
        throw error;
      }
    },
    async stop() {
      readiness.drain();
      const endCalls = () =>
        shutdown.abort(wireError(Code.Unavailable, 'SHUTTING_DOWN', 'The service is shutting down; try again.'));
      await Promise.all([http.stop(drainMs, endCalls), grpc.stop(drainMs, endCalls)]);
    },
    handler: (request, response) => void http.handle(request, response),
    serves: (path) => http.serves(path),
  };
}
