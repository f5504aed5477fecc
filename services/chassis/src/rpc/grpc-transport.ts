import { once } from 'node:events';
import { create, type DescMessage, type DescMethod, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createContextValues,
  type StreamRequest,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import { runStreamingCall } from '@connectrpc/connect/protocol';
import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import { type Client, type ClientWritableStream, Metadata, type StatusObject } from '@grpc/grpc-js';
import { systemClock } from '../clock.ts';
import { OutgoingCalls } from './client-trace.ts';
import { remainingTimeMs } from './deadline.ts';
import { headersOf, metadataOf } from './grpc-metadata.ts';
import { watch } from './interceptors/streams.ts';

type HeadersInit = ConstructorParameters<typeof Headers>[0];

export interface GrpcTransportOptions {
  /** Whom the channel leads to, for traces. */
  readonly address: string;
  readonly token: () => string | undefined;
  readonly defaultTimeoutMs: number;
}

/** Connect's Transport over a grpc-js channel, for the price of grpc-js. */
export function createGrpcJsTransport(channel: Client, options: GrpcTransportOptions): Transport {
  const { token, defaultTimeoutMs } = options;
  const calls = new OutgoingCalls(options.address);

  function requestOf<Method extends DescMethod>(method: Method, header: HeadersInit | undefined) {
    const headers = new Headers(header);
    const ownToken = headers.has('authorization') ? undefined : token();
    if (ownToken !== undefined) headers.set('authorization', `Bearer ${ownToken}`);
    const url = `/${method.parent.typeName}/${method.name}`;
    return { service: method.parent, method, requestMethod: 'POST', url, header: headers };
  }
  return {
    async unary(method, signal, timeoutMs = defaultTimeoutMs, header, message, contextValues = createContextValues()) {
      if (signal?.aborted) throw ConnectError.from(signal.reason, Code.Canceled);
      const request = { ...requestOf(method, header), stream: false as const, contextValues };
      const call = calls.begin(method, request.header);
      try {
        const whole = { ...request, message: create(method.input, message) };
        const response = await callUnary(channel, whole, bounded(timeoutMs), signal);
        call.finish();
        return response;
      } catch (error) {
        call.finish(error);
        throw error;
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues = createContextValues()) {
      const request = { ...requestOf(method, header), stream: true as const, contextValues, message: input };
      const call = calls.begin(method, request.header);
      const limitMs = bounded(timeoutMs);
      try {
        const response = await runStreamingCall({
          signal,
          timeoutMs: limitMs,
          req: request,
          next: (opened) => callStreaming(channel, opened, limitMs),
        });
        return { ...response, message: watch(response.message, { end: call.finish }) };
      } catch (error) {
        call.finish(error);
        throw error;
      }
    },
  };
}

/** Without Connect's `runUnaryCall`, whose timer and signals, aborted at each end of a call, grpc-js has already. */
function callUnary<I extends DescMessage, O extends DescMessage>(
  channel: Client,
  request: Omit<UnaryRequest<I, O>, 'signal'>,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<UnaryResponse<I, O>> {
  const { service, method } = request;
  const header = new Headers();
  const trailer = new Headers();
  const deadline = deadlineIn(timeoutMs);
  return new Promise((resolve, reject) => {
    const call = channel.makeUnaryRequest<MessageShape<I>, MessageShape<O>>(
      request.url,
      serializer<I>(method.input),
      deserializer<O>(method.output),
      request.message,
      metadataOf(request.header) ?? new Metadata(),
      { deadline },
      (error, message) => {
        signal?.removeEventListener('abort', cancel);
        if (signal?.aborted && error) reject(ConnectError.from(signal.reason, Code.Canceled));
        else if (error) reject(toConnectError(error, method, header, deadline));
        else resolve({ stream: false, service, method, header, trailer, message: message as MessageShape<O> });
      },
    );
    call.on('metadata', (metadata) => copy(metadata, header));
    // Arrives right after the callback, before whoever waits for the promise goes on.
    call.on('status', (status) => copy(status.metadata, trailer));
    const cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
  });
}

async function callStreaming<I extends DescMessage, O extends DescMessage>(
  channel: Client,
  request: StreamRequest<I, O>,
  timeoutMs: number | undefined,
): Promise<StreamResponse<I, O>> {
  const { service, method } = request;
  const header = new Headers();
  const trailer = new Headers();
  const deadline = deadlineIn(timeoutMs);
  let status: StatusObject | undefined;
  const call = channel.makeBidiStreamRequest<MessageShape<I>, MessageShape<O>>(
    request.url,
    serializer<I>(method.input),
    deserializer<O>(method.output),
    metadataOf(request.header) ?? new Metadata(),
    { deadline },
  );
  // A failure is read from the status below; without a listener it would end the process.
  call.on('error', () => undefined);
  call.on('status', (received) => {
    status = received;
    copy(received.metadata, trailer);
  });
  request.signal.addEventListener('abort', () => call.cancel(), { once: true });
  void send(request, call as ClientWritableStream<never>);
  const opened = new Promise<void>((resolve) => {
    call.once('metadata', (metadata) => {
      copy(metadata, header);
      resolve();
    });
    call.once('status', () => resolve());
  });
  await opened;

  async function* receive(): AsyncGenerator<MessageShape<O>> {
    try {
      yield* call as AsyncIterable<MessageShape<O>>;
    } catch (error) {
      throw toConnectError(error as StatusObject, method, header, deadline);
    }
    if (status !== undefined && status.code !== 0) throw toConnectError(status, method, header, deadline);
  }
  return { stream: true, service, method, header, trailer, message: receive() };
}

async function send(request: StreamRequest, call: ClientWritableStream<never>): Promise<void> {
  try {
    for await (const message of request.message) {
      if (!call.write(message as never)) await once(call, 'drain', { signal: request.signal });
    }
    call.end();
  } catch {
    call.cancel();
  }
}

function serializer<Desc extends DescMessage>(desc: Desc) {
  return (message: MessageShape<Desc>) => Buffer.from(toBinary(desc, message));
}

function deserializer<Desc extends DescMessage>(desc: Desc) {
  return (bytes: Buffer): MessageShape<Desc> => fromBinary(desc, bytes);
}

/** A call made for a caller takes no longer than that caller waits. */
function bounded(timeoutMs: number | undefined): number | undefined {
  const remainingMs = remainingTimeMs();
  return remainingMs === undefined ? timeoutMs : Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, remainingMs);
}

/** By the machine's clock, as grpc-js takes it. */
function deadlineIn(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : systemClock.now().getTime() + timeoutMs;
}

function copy(metadata: Metadata, into: Headers): void {
  for (const [name, value] of headersOf(metadata)) into.append(name, value);
}

const channelFaults = new Map<Code, (method: DescMethod) => string>([
  [Code.Unavailable, ({ parent }) => `${parent.typeName} cannot be reached`],
  [Code.DeadlineExceeded, ({ parent, name }) => `${parent.typeName}/${name} took too long`],
]);

/** How much earlier than ours the other side's deadline can be: it is sent in whole milliseconds. */
const DEADLINE_SKEW_MS = 5;

function codeOf({ code }: StatusObject, deadline = Number.POSITIVE_INFINITY): Code {
  // grpc-js gives none when it cannot decompress the answer.
  if (code === undefined) return Code.Internal;
  // Both sides end a call at its deadline; when the other is first, it looks like a call that somebody gave up.
  const isOver = systemClock.now().getTime() >= deadline - DEADLINE_SKEW_MS;
  if ((code as number) === Code.Canceled && isOver) return Code.DeadlineExceeded;
  return code in Code ? (code as number as Code) : Code.Unknown;
}

/**
 * The other side's error with its details, headers and trailers; what the channel itself says about addresses stays in
 * the cause.
 */
function toConnectError(
  status: StatusObject,
  method: DescMethod,
  header: Headers,
  deadline: number | undefined,
): ConnectError {
  const trailer = status.metadata === undefined ? new Headers() : headersOf(status.metadata);
  const code = codeOf(status, deadline);
  const message = channelFaults.get(code)?.(method) ?? status.details ?? 'the answer cannot be read';
  const error = findTrailerError(trailer) ?? new ConnectError(message, code, trailer, undefined, status);
  header.forEach((value, name) => {
    error.metadata.append(name, value);
  });
  return error;
}
