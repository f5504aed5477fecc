import type { DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { type CallOptions, type Client, createClient } from '@connectrpc/connect';
import { type ChannelCredentials, credentials, Client as GrpcClient } from '@grpc/grpc-js';
import { createGrpcJsTransport } from './grpc-transport.ts';

export interface GrpcClientOptions {
  /** The access token sent with every call, or what gives it at each; a call may bring its own, see `bearer`. */
  readonly token?: string | (() => string | undefined);
  /** Plain text unless given: inside the cluster the mesh or the network policy is the fence. */
  readonly credentials?: ChannelCredentials;
  /** Deadline of a unary call that names none, in milliseconds; 10 s unless given. */
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
 * Round robin over every address the name resolves to: HTTP/2 would otherwise stay with one pod. Only reads are tried
 * again: a change that came back UNAVAILABLE may have been begun, and whether it carries a request id is its sender's to know.
 */
function serviceConfigOf({ typeName, methods }: DescService): string {
  const reads = methods.filter(({ idempotency }) => idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS);
  const name = reads.map((method) => ({ service: typeName, method: method.name }));
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: name.length > 0 ? [{ name, retryPolicy }] : [],
  });
}

/**
 * A Connect client of another service's gRPC port. `address` is `host:port`; the host may resolve to many addresses
 * (a headless Service). Errors are ConnectErrors with the other side's details; a service that cannot be reached is
 * UNAVAILABLE, after some tries when the method only reads. Call `close` when done: an open channel keeps the process alive.
 */
export function grpcClient<Service extends DescService>(
  service: Service,
  address: string,
  options: GrpcClientOptions = {},
): Client<Service> & { close(): void } {
  const channel = new GrpcClient(
    address.includes('://') || address.startsWith('dns:') ? address : `dns:///${address}`,
    options.credentials ?? credentials.createInsecure(),
    {
      'grpc.service_config': serviceConfigOf(service),
      'grpc.service_config_disable_resolution': 1,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 5_000,
      // New pods are found when connections age out and names are looked up again, at most this often.
      'grpc.dns_min_time_between_resolutions_ms': 5_000,
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
