import { DomainError } from '../errors.ts';

/**
 * Attributes by OpenTelemetry's semantic conventions 1.45. Written out here: those of messaging are not stable yet, and
 * the package that has them renames them within its minor versions. None has an organization's or a person's id.
 */
export const attribute = {
  dbNamespace: 'db.namespace',
  poolName: 'db.client.connection.pool.name',
  connectionState: 'db.client.connection.state',
  errorType: 'error.type',
  serverAddress: 'server.address',
  serverPort: 'server.port',

  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  rpcStatusCode: 'rpc.status_code',

  messagingSystem: 'messaging.system.name',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  batchSize: 'messaging.batch.message_count',

  /** What came of it: an event's handling (`handled`, `waiting`, `failed`), a payment or refund (see their metrics). */
  outcome: 'finflow.outcome',
  /** Which gauges a look was for. */
  gauges: 'finflow.gauges',
  /** ISO 4217 code; there are as many values as currencies are used. */
  currency: 'finflow.currency',
  /** What the processor has to decide about: `payment` or `refund`. */
  subject: 'finflow.subject',
} as const;

/** A kind of error, of few values: the stable reason of ours, otherwise the error's name. Never its message. */
export function errorType(error: unknown): string {
  if (error instanceof DomainError) return error.reason;
  return error instanceof Error ? error.name : '_OTHER';
}
