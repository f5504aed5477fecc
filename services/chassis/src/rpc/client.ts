import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { type CallOptions, type Client, createClient } from '@connectrpc/connect';
import { Client as GrpcClient } from '@grpc/grpc-js';
import { type GrpcSecurity, loopbackOnly } from './grpc-security.ts';
import { createGrpcJsTransport } from './grpc-transport.ts';

export interface GrpcClientOptions {
  /** The access token sent with every call, or what gives it at each; a call may bring its own, see `bearer`. */
  readonly token?: string | (() => string | undefined);
  /** Plain text on loopback, and nothing elsewhere, unless given. */
  readonly security?: GrpcSecurity;
  /**
   * Deadline of a unary call that names none, in milliseconds; 10 s unless given. Within a request, what is left of its
   * caller's deadline bounds every call.
   */
  readonly defaultTimeoutMs?: number;
}

const retryPolicy = {
  maxAttempts: 4,
  initialBackoff: '0.05s',
  maxBackoff: '1s',
  backoffMultiplier: 3,
  retryableStatusCodes: ['UNAVAILABLE'],
};

/**
 * Tries that fail cost a token, calls that succeed give a tenth back, and below half of the tokens nothing is tried
 * again: a service that is down gets some fifty tries more, one that is ill a tenth more than its load.
 */
const retryThrottling = { maxTokens: 100, tokenRatio: 0.1 };

/**
 * Round robin over every address the name resolves to: HTTP/2 would otherwise stay with one pod. Only what its contract
 * calls idempotent is tried again: a change that came back UNAVAILABLE may have been begun, and whether it carries a
 * request id is its sender's to know.
 */
function serviceConfigOf({ typeName, methods }: DescService): string {
  const name = methods.filter(isIdempotent).map((method) => ({ service: typeName, method: method.name }));
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: name.length > 0 ? [{ name, retryPolicy }] : [],
    retryThrottling,
  });
}

function isIdempotent({ idempotency }: DescMethod): boolean {
  return (
    idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS ||
    idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT
  );
}

/**
 * A Connect client of another service's gRPC port. `address` is `host:port`; the host may resolve to many addresses
 * (a headless Service). Errors are ConnectErrors with the other side's details; a service that cannot be reached is
 * UNAVAILABLE, after some tries when the method is idempotent. Throws ConfigError when calls would go to another machine
 * unprotected. Call `close` when done: an open channel keeps the process alive.
 */
export function grpcClient<Service extends DescService>(
  service: Service,
  address: string,
  options: GrpcClientOptions = {},
): Client<Service> & { close(): void } {
  const channel = new GrpcClient(
    address.includes('://') || address.startsWith('dns:') ? address : `dns:///${address}`,
    (options.security ?? loopbackOnly).forClient(address),
    {
      'grpc.service_config': serviceConfigOf(service),
      'grpc.service_config_disable_resolution': 1,
      // A node that vanished without a word is noticed so soon.
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 5_000,
      // Names are looked up again when a connection breaks or gets too old for its server, at most this often.
      'grpc.dns_min_time_between_resolutions_ms': 2_000,
      // The proxy of the environment is for the way out.
      'grpc.enable_http_proxy': 0,
    },
  );
  const { token, defaultTimeoutMs = 10_000 } = options;
  const transport = createGrpcJsTransport(channel, {
    address,
    token: typeof token === 'function' ? token : () => token,
    defaultTimeoutMs,
  });
  return Object.assign(createClient(service, transport), { close: () => channel.close() });
}

/** Options of a call made in the name of whoever holds `token`: `client.getInvoice({ id }, bearer(caller.token))`. */
export function bearer(token: string, options: CallOptions = {}): CallOptions {
  const headers = new Headers(options.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...options, headers };
}
