import { setTimeout as delay } from 'node:timers/promises';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import {
  type BidiStreamRequest,
  BidiStreamRequestSchema,
  type ClientStreamRequest,
  ClientStreamRequestSchema,
  type ConformancePayload_RequestInfo,
  ConformancePayload_RequestInfoSchema,
  type ConformancePayloadSchema,
  type ConformanceService,
  type Error as ErrorDefinition,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  type StreamResponseDefinition,
  UnaryRequestSchema,
  type UnaryResponseDefinition,
} from '@finflow/proto/connectrpc/conformance/v1/service_pb';

type Implementation = ServiceImpl<typeof ConformanceService>;
type Payload = MessageInitShape<typeof ConformancePayloadSchema>;
type RequestInfo = Omit<ConformancePayload_RequestInfo, '$typeName' | '$unknown'>;

/**
 * Does what the requests of Connect's conformance suite say: answers with the headers, messages, trailers and errors
 * they ask for, and tells what came in. What it must do is written in `proto/vendor/connectrpc/conformance/v1/service.proto`.
 */
export const conformanceService: Implementation = {
  async unary(request, context) {
    const { responseDefinition } = request;
    return { payload: await answer(responseDefinition, [packed(UnaryRequestSchema, request)], context) };
  },

  async idempotentUnary(request, context) {
    const { responseDefinition } = request;
    return { payload: await answer(responseDefinition, [packed(IdempotentUnaryRequestSchema, request)], context) };
  },

  unimplemented() {
    throw new ConnectError('This method is not implemented.', Code.Unimplemented);
  },

  async clientStream(requests, context) {
    const received: ClientStreamRequest[] = [];
    for await (const request of requests) received.push(request);
    const all = received.map((request) => packed(ClientStreamRequestSchema, request));
    return { payload: await answer(received[0]?.responseDefinition, all, context) };
  },

  async *serverStream(request, context) {
    const all = [packed(ServerStreamRequestSchema, request)];
    yield* messages(request.responseDefinition, all, context);
  },

  async *bidiStream(requests, context) {
    const received: BidiStreamRequest[] = [];
    let definition: StreamResponseDefinition | undefined;
    let sent = 0;
    for await (const request of requests) {
      if (received.length === 0) {
        definition = request.responseDefinition;
        setHeaders(definition, context);
      }
      received.push(request);
      if (received[0]?.fullDuplex !== true) continue;
      const data = definition?.responseData[sent];
      if (definition === undefined || data === undefined) break;
      await pause(definition.responseDelayMs, context);
      // The first answer tells of everything, the next of their own request.
      const requestInfo = infoOf([packed(BidiStreamRequestSchema, request)], context);
      yield { payload: { data, requestInfo: sent === 0 ? requestInfo : { requests: requestInfo.requests } } };
      sent += 1;
    }
    if (definition === undefined) return;
    const all = received.map((request) => packed(BidiStreamRequestSchema, request));
    yield* rest(definition, sent, all, context);
  },
};

function packed<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Any {
  return anyPack(desc, message);
}

/** The one answer of a method without a stream of answers. */
async function answer(
  definition: UnaryResponseDefinition | undefined,
  requests: Any[],
  context: HandlerContext,
): Promise<Payload> {
  const requestInfo = infoOf(requests, context);
  if (definition === undefined) return { requestInfo };
  setHeaders(definition, context);
  await pause(definition.responseDelayMs, context);
  switch (definition.response.case) {
    case 'error':
      throw errorOf(definition.response.value, requestInfo);
    case 'responseData':
      return { requestInfo, data: definition.response.value };
    default:
      return { requestInfo };
  }
}

async function* messages(
  definition: StreamResponseDefinition | undefined,
  requests: Any[],
  context: HandlerContext,
): AsyncGenerator<{ payload: Payload }> {
  setHeaders(definition, context);
  if (definition !== undefined) yield* rest(definition, 0, requests, context);
}

/** The answers that were not sent yet, then the error when one is asked for. */
async function* rest(
  definition: StreamResponseDefinition,
  alreadySent: number,
  requests: Any[],
  context: HandlerContext,
): AsyncGenerator<{ payload: Payload }> {
  let sent = alreadySent;
  for (const data of definition.responseData.slice(alreadySent)) {
    await pause(definition.responseDelayMs, context);
    yield { payload: sent === 0 ? { data, requestInfo: infoOf(requests, context) } : { data } };
    sent += 1;
  }
  if (definition.error === undefined) return;
  if (sent === 0) await pause(definition.responseDelayMs, context);
  throw errorOf(definition.error, sent === 0 ? infoOf(requests, context) : undefined);
}

function setHeaders(
  definition: UnaryResponseDefinition | StreamResponseDefinition | undefined,
  context: HandlerContext,
): void {
  for (const { name, value } of definition?.responseHeaders ?? []) {
    for (const each of value) context.responseHeader.append(name, each);
  }
  for (const { name, value } of definition?.responseTrailers ?? []) {
    for (const each of value) context.responseTrailer.append(name, each);
  }
}

function infoOf(requests: Any[], context: HandlerContext): RequestInfo {
  const timeoutMs = context.timeoutMs();
  return {
    requests,
    requestHeaders: headersOf(context.requestHeader),
    ...(timeoutMs === undefined ? {} : { timeoutMs: BigInt(Math.max(0, Math.round(timeoutMs))) }),
    ...(context.requestMethod === 'GET'
      ? { connectGetInfo: { queryParams: headersOf(new URL(context.url).searchParams) } as never }
      : {}),
  };
}

function headersOf(headers: Headers | URLSearchParams): RequestInfo['requestHeaders'] {
  return [...headers.entries()].map(([name, value]) => ({ name, value: [value] })) as never;
}

function errorOf({ code, message, details }: ErrorDefinition, requestInfo: RequestInfo | undefined): ConnectError {
  const error = new ConnectError(message ?? '', code as number as Code);
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }));
  if (requestInfo !== undefined) {
    error.details.push({ desc: ConformancePayload_RequestInfoSchema, value: requestInfo as never });
  }
  return error;
}

async function pause(ms: number, { signal }: HandlerContext): Promise<void> {
  if (ms === 0) return;
  await delay(ms, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}
