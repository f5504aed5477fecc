import { once } from 'node:events';
import { type DescMethod, type DescService, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createContextValues,
  createHandlerContext,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type ServiceImpl,
} from '@connectrpc/connect';
import { invokeUnaryImplementation, transformInvokeImplementation } from '@connectrpc/connect/protocol';
import type {
  handleBidiStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { systemClock } from '../clock.ts';
import { remoteAddressKey } from './context.ts';
import { headersOf, metadataOf, statusOf } from './grpc-metadata.ts';
import type { ServedService } from './serve.ts';
import { toWireError, wireError } from './wire-error.ts';

/** Connect handlers as grpc-js wants them. */
export interface BridgedService {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

/**
 * Mounts a service's Connect handlers and interceptors on grpc-js, which spends about a sixth of the CPU of
 * connect-node's own gRPC on a call. Messages reach us as bytes, so that what is not a message of the contract gets
 * an answer of ours; all four kinds of method are bridged. `shutdown` ends the calls still in flight.
 */
export function bridgeService(
  { service, implementation }: ServedService,
  interceptors: Interceptor[],
  shutdown: AbortSignal,
): BridgedService {
  const spec = createServiceImplSpec(service, implementation as Partial<ServiceImpl<DescService>>);
  const definition: Record<string, ServiceDefinition[string]> = {};
  const handlers: UntypedServiceImplementation = {};
  for (const method of service.methods) {
    const methodSpec = spec.methods[method.localName];
    if (methodSpec === undefined) continue;
    definition[method.localName] = {
      path: `/${service.typeName}/${method.name}`,
      requestStream: method.methodKind !== 'unary',
      responseStream: method.methodKind !== 'unary',
      requestSerialize: (value: Buffer) => value,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (message: Message) => Buffer.from(toBinary(method.output, message)),
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    handlers[method.localName] =
      method.methodKind === 'unary'
        ? unary(methodSpec, interceptors, shutdown)
        : streaming(methodSpec, interceptors, shutdown);
  }
  return { definition, handlers };
}

function unary(
  spec: MethodImplSpec,
  interceptors: Interceptor[],
  shutdown: AbortSignal,
): handleUnaryCall<Buffer, Message> {
  return (call, callback) => {
    const context = contextOf(call, spec.method, shutdown);
    const respond = async () => {
      try {
        const input = decode(spec.method, call.request);
        const message = await invokeUnaryImplementation(
          spec as MethodImplSpec & { kind: 'unary' },
          context,
          input,
          interceptors,
        );
        sendHeader(call, context);
        callback(null, message, metadataOf(context.responseTrailer));
      } catch (error) {
        sendHeader(call, context);
        callback(failureOf(error, context));
      } finally {
        context.abort();
      }
    };
    void respond();
  };
}

/** Any streaming method: over HTTP/2 they are all one shape, some with a single element in or out. */
function streaming(
  spec: MethodImplSpec,
  interceptors: Interceptor[],
  shutdown: AbortSignal,
): handleBidiStreamingCall<Buffer, Message> {
  return (call) => {
    const context = contextOf(call, spec.method, shutdown);
    const respond = async () => {
      try {
        let started = false;
        const run = transformInvokeImplementation(spec, context, interceptors);
        for await (const message of run(decodeAll(spec.method, call))) {
          if (!started) sendHeader(call, context);
          started = true;
          // A reader slower than us holds us back here: memory stays bounded by the stream's own buffer.
          if (!call.write(message)) await once(call, 'drain', { signal: context.signal });
        }
        if (!started) sendHeader(call, context);
        call.end(metadataOf(context.responseTrailer));
      } catch (error) {
        call.emit('error', failureOf(error, context));
      } finally {
        context.abort();
      }
    };
    void respond();
  };
}

type GrpcCall = ServerUnaryCall<Buffer, Message> | ServerDuplexStream<Buffer, Message>;

function contextOf(call: GrpcCall, method: DescMethod, shutdown: AbortSignal): HandlerContext & { abort(): void } {
  const cancelled = new AbortController();
  const deadlineMs = Number(call.getDeadline());
  // grpc-js measures deadlines on the machine's clock, and so must what is left of them.
  const remainingMs = Number.isFinite(deadlineMs) ? deadlineMs - systemClock.now().getTime() : undefined;
  call.once('cancelled', () => {
    const late = deadlineMs <= systemClock.now().getTime();
    cancelled.abort(
      late
        ? new ConnectError('deadline exceeded', Code.DeadlineExceeded)
        : new ConnectError('cancelled', Code.Canceled),
    );
  });
  return createHandlerContext({
    service: method.parent,
    method,
    protocolName: 'grpc',
    requestMethod: 'POST',
    url: `http://grpc/${method.parent.typeName}/${method.name}`,
    timeoutMs: remainingMs,
    requestSignal: cancelled.signal,
    shutdownSignal: shutdown,
    requestHeader: headersOf(call.metadata),
    contextValues: createContextValues().set(remoteAddressKey, hostOf(call.getPeer())),
  });
}

/** `10.0.0.7:51234` → `10.0.0.7`, `[::1]:51234` → `::1`. */
function hostOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function sendHeader(call: GrpcCall, context: HandlerContext): void {
  const metadata = metadataOf(context.responseHeader);
  if (metadata !== undefined) call.sendMetadata(metadata);
}

/** What interceptors did not turn into a wire error cannot be the caller's business. */
function failureOf(error: unknown, context: HandlerContext) {
  const known = toWireError(error, context.signal);
  return statusOf(known ?? wireError(Code.Internal, 'INTERNAL', 'internal error'), context.responseTrailer);
}

function decode(method: DescMethod, bytes: Buffer): Message {
  try {
    return fromBinary(method.input, bytes);
  } catch (error) {
    throw wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `the bytes are not a ${method.input.typeName}`, {
      cause: error,
    });
  }
}

async function* decodeAll(method: DescMethod, stream: AsyncIterable<Buffer>): AsyncGenerator<Message> {
  for await (const bytes of stream) yield decode(method, bytes);
}
