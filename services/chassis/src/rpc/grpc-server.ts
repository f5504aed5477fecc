import type { Interceptor } from '@connectrpc/connect';
import { Server, type ServerCredentials, setLogger } from '@grpc/grpc-js';
import type { Logger } from '../logger.ts';
import { bridgeService } from './grpc-bridge.ts';
import { listenError } from './listen-error.ts';
import type { ServedService } from './serve.ts';

/** How long calls in flight, streams above all, go on over a connection that is too old for new ones. */
const CONNECTION_AGE_GRACE_MS = 300_000;

export interface GrpcServerOptions {
  /** Reaches every handler's signal. */
  readonly shutdown: AbortSignal;
  readonly logger: Logger;
  readonly credentials: ServerCredentials;
  /**
   * When a connection takes no more calls, a tenth more or less: HTTP/2 pins a client to one pod for as long as its
   * connection lives, and only a client that lost one looks its addresses up again.
   */
  readonly connectionAgeMs: number;
  /** The largest message taken, in bytes. */
  readonly maxMessageBytes: number;
}

/** The gRPC port: grpc-js with Connect's handlers mounted on it. */
export class GrpcServer {
  readonly #shutdown: AbortSignal;
  readonly #credentials: ServerCredentials;
  readonly #server: Server;

  constructor({ shutdown, logger, credentials, connectionAgeMs, maxMessageBytes }: GrpcServerOptions) {
    this.#shutdown = shutdown;
    this.#credentials = credentials;
    this.#server = new Server({
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_connection_age_ms': connectionAgeMs,
      'grpc.max_connection_age_grace_ms': CONNECTION_AGE_GRACE_MS,
      'grpc.max_concurrent_streams': 1_000,
      'grpc.keepalive_time_ms': 60_000,
      'grpc.keepalive_timeout_ms': 20_000,
    });
    // grpc-js writes text to stderr otherwise, between the lines of JSON. It has one logger for the process.
    const write = (...parts: unknown[]) => logger.warn({ detail: parts.join(' ') }, 'grpc-js');
    setLogger({ error: write, info: write, debug: write });
  }

  /** Mounts `services` behind `interceptors`. */
  mount(services: readonly ServedService[], interceptors: Interceptor[]): void {
    for (const service of services) {
      const { definition, handlers } = bridgeService(service, interceptors, this.#shutdown);
      this.#server.addService(definition, handlers);
    }
  }

  /** Listens; returns the port. Throws a sentence naming the address when it is taken. */
  async start(host: string, port: number): Promise<number> {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, this.#credentials, (error, bound) => {
        if (error) reject(listenError('gRPC', host, port, error));
        else resolve(bound);
      });
    });
  }

  /** Takes no new calls, waits up to `deadlineMs` for those in flight, then ends them. */
  async stop(deadlineMs: number, atDeadline: () => void): Promise<void> {
    const drained = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const timer = setTimeout(() => {
      atDeadline();
      // One turn of the loop for handlers that listen to their signal to answer.
      setImmediate(() => this.#server.forceShutdown());
    }, deadlineMs);
    await drained;
    clearTimeout(timer);
  }
}
