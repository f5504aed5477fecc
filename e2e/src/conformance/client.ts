import { setTimeout as delay } from 'node:timers/promises';
import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { type Any, AnySchema } from '@bufbuild/protobuf/wkt';
import { type CallOptions, ConnectError } from '@connectrpc/connect';
import { createWritableIterable } from '@connectrpc/connect/protocol';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { loopbackOnly } from '@finflow/chassis/rpc/grpc-security';
import { Slots } from '@finflow/chassis/slots';
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  ClientCompatResponseSchema,
  type ClientResponseResultSchema,
} from '@finflow/proto/connectrpc/conformance/v1/client_compat_pb';
import { StreamType, type Code as WireCode } from '@finflow/proto/connectrpc/conformance/v1/config_pb';
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  ConformanceService,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from '@finflow/proto/connectrpc/conformance/v1/service_pb';
import { securityOf } from './certificates.ts';
import { delimited, withLength } from './delimited.ts';

// The suite says on standard input which calls to make, and is told on the output what came of each.

/** A call that would never end; our services' have a deadline, the suite's have not. */
const GIVE_UP_MS = 5_000;

type Result = MessageInitShape<typeof ClientResponseResultSchema>;
type ServiceClient = ReturnType<typeof grpcClient<typeof ConformanceService>>;

/** One call as the suite wants it, and what has come of it so far. */
class Call {
  readonly payloads: ConformancePayload[] = [];
  #headers = new Headers();
  #trailers = new Headers();
  #unsent = 0;
  readonly #request: ClientCompatRequest;
  readonly #client: ServiceClient;
  readonly #abort = new AbortController();

  constructor(request: ClientCompatRequest, client: ServiceClient) {
    this.#request = request;
    this.#client = client;
  }

  async make(): Promise<Result> {
    let error: ConnectError | undefined;
    try {
      await this.#run();
    } catch (thrown) {
      error = ConnectError.from(thrown);
      // Of a call that failed, Connect tells headers and trailers together.
      this.#headers = error.metadata;
      this.#trailers = error.metadata;
    }
    const result: Result = {
      payloads: this.payloads,
      responseHeaders: listed(this.#headers),
      responseTrailers: listed(this.#trailers),
      numUnsentRequests: this.#unsent,
    };
    return error === undefined ? result : { ...result, error: told(error) };
  }

  async #run(): Promise<void> {
    switch (this.#request.streamType) {
      case StreamType.UNARY:
        return await this.#unary();
      case StreamType.SERVER_STREAM: {
        const [message] = this.#messages(ServerStreamRequestSchema);
        await delay(this.#request.requestDelayMs);
        const stream = this.#client.serverStream(message as never, this.#options());
        this.#cancelAfterSending();
        return await this.#read(stream);
      }
      case StreamType.CLIENT_STREAM:
        return await this.#clientStream();
      default:
        return await this.#bidiStream();
    }
  }

  async #unary(): Promise<void> {
    const options = this.#options();
    await delay(this.#request.requestDelayMs);
    this.#cancelAfterSending();
    switch (this.#request.method) {
      case 'Unimplemented':
        await this.#client.unimplemented(this.#messages(UnimplementedRequestSchema)[0] as never, options);
        return;
      case 'IdempotentUnary':
        this.#take(
          await this.#client.idempotentUnary(this.#messages(IdempotentUnaryRequestSchema)[0] as never, options),
        );
        return;
      default:
        this.#take(await this.#client.unary(this.#messages(UnaryRequestSchema)[0] as never, options));
    }
  }

  async #clientStream(): Promise<void> {
    const messages = this.#messages(ClientStreamRequestSchema);
    const { requestDelayMs } = this.#request;
    this.#unsent = messages.length;
    const sending = async function* (this: Call) {
      for (const message of messages) {
        await delay(requestDelayMs);
        yield message;
        this.#unsent -= 1;
      }
      this.#cancelBeforeClosing();
      this.#cancelAfterSending();
    };
    this.#take(await this.#client.clientStream(sending.call(this), this.#options()));
  }

  async #bidiStream(): Promise<void> {
    const messages = this.#messages(BidiStreamRequestSchema);
    const input = createWritableIterable<MessageShape<typeof BidiStreamRequestSchema>>();
    const output = this.#client.bidiStream(input, this.#options())[Symbol.asyncIterator]();
    const next = async () => {
      const { done, value } = await output.next();
      if (done !== true) this.#take(value);
      return done !== true;
    };
    this.#unsent = messages.length;
    for (const message of messages) {
      await delay(this.#request.requestDelayMs);
      await input.write(message);
      this.#unsent -= 1;
      if (this.#request.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM && !(await next())) break;
    }
    this.#cancelBeforeClosing();
    input.close();
    this.#cancelAfterSending();
    while (await next());
  }

  async #read(stream: AsyncIterable<{ payload?: ConformancePayload }>): Promise<void> {
    for await (const response of stream) this.#take(response);
  }

  #take({ payload }: { payload?: ConformancePayload }): void {
    this.payloads.push(payload ?? create(ConformancePayloadSchema));
    const timing = this.#request.cancel?.cancelTiming;
    if (timing?.case === 'afterNumResponses' && this.payloads.length >= timing.value) this.#abort.abort();
  }

  #cancelBeforeClosing(): void {
    if (this.#request.cancel?.cancelTiming.case === 'beforeCloseSend') this.#abort.abort();
  }

  #cancelAfterSending(): void {
    const { cancel } = this.#request;
    if (cancel === undefined) return;
    const { cancelTiming } = cancel;
    if (cancelTiming.case === 'afterCloseSendMs') setTimeout(() => this.#abort.abort(), cancelTiming.value);
    if (cancelTiming.case === undefined) this.#abort.abort();
  }

  #options(): CallOptions {
    const headers = new Headers();
    for (const { name, value } of this.#request.requestHeaders) for (const each of value) headers.append(name, each);
    return {
      headers,
      signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(GIVE_UP_MS)]),
      timeoutMs: this.#request.timeoutMs,
      onHeader: (received) => {
        this.#headers = received;
      },
      onTrailer: (received) => {
        this.#trailers = received;
      },
    };
  }

  #messages<Desc extends DescMessage>(desc: Desc): MessageShape<Desc>[] {
    return this.#request.requestMessages.map(({ value }) => fromBinary(desc, value));
  }
}

function listed(headers: Headers) {
  return [...headers.entries()].map(([name, value]) => ({ name, value: [value] }));
}

function told(error: ConnectError) {
  const details: Any[] = error.details.flatMap((detail) =>
    'type' in detail ? [create(AnySchema, { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value })] : [],
  );
  return { code: error.code as number as WireCode, message: error.rawMessage, details };
}

async function answer(request: ClientCompatRequest): Promise<void> {
  const { testName, host, port, clientTlsCreds, serverTlsCert } = request;
  const security = clientTlsCreds === undefined ? loopbackOnly : securityOf(clientTlsCreds, serverTlsCert);
  // By a name, as services are reached: in TLS an address is none.
  const name = host === '127.0.0.1' ? 'localhost' : host;
  const client = grpcClient(ConformanceService, `${name}:${port}`, {
    security,
    // The suite sees to it that what has no deadline has none on the wire.
    defaultTimeoutMs: Number.POSITIVE_INFINITY,
  });
  const result = { case: 'response', value: await new Call(request, client).make() } as const;
  client.close();
  const response = create(ClientCompatResponseSchema, { testName, result: result as never });
  process.stdout.write(withLength(ClientCompatResponseSchema, response));
}

process.once('SIGTERM', () => process.exit(0));
const slots = new Slots(8);
const calls: Promise<void>[] = [];
for await (const request of delimited(ClientCompatRequestSchema, process.stdin)) {
  calls.push(slots.run(() => answer(request)));
}
await Promise.all(calls);
