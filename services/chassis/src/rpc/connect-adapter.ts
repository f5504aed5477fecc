import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRegistry, type DescMethod, type DescService } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ContextValues,
  createConnectRouter,
  createContextValues,
  type Interceptor,
  type ServiceImpl,
} from '@connectrpc/connect';
import {
  createAsyncIterable,
  readAllBytes,
  type UniversalHandler,
  type UniversalServerResponse,
} from '@connectrpc/connect/protocol';
import { errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { Logger } from '../logger.ts';
import { correlationIdKey, remoteAddressKey } from './context.ts';
import { BodyTooLarge, boundedBody, errorReply, type HttpRouteReply, sendReply } from './http-routes.ts';
import { maxMessageBytes as defaultMaxBytes, maxTimeoutMs } from './limits.ts';
import { malformed, malformedFieldKey, strictUtf8 } from './malformed.ts';
import { malformedFieldIn } from './malformed-field.ts';
import type { ServedService } from './serve.ts';
import { reasonFor, wireError } from './wire-error.ts';

export interface ConnectAdapterOptions {
  readonly services: readonly ServedService[];
  readonly interceptors: Interceptor[];
  readonly shutdown: AbortSignal;
  readonly logger: Logger;
  /** The largest request taken, in bytes; 1 MiB unless given. */
  readonly maxMessageBytes?: number;
}

/** What stands before each message of a stream, and of gRPC-Web: flags and its length. */
const ENVELOPE_BYTES = 5;

/** Answers one RPC over HTTP/1.1. */
export type RpcHandler = (request: IncomingMessage, response: ServerResponse, remoteAddress: string) => Promise<void>;

/**
 * Connect, its JSON form and gRPC-Web over Node's HTTP server, by path. Differs from `connectNodeAdapter` in what a
 * request gets that is not a call of the contract: an error in Connect's JSON form with a reason, never an empty body
 * or a reset connection.
 */
export function connectHandlers({
  services,
  interceptors,
  shutdown,
  logger,
  maxMessageBytes = defaultMaxBytes,
}: ConnectAdapterOptions): Map<string, RpcHandler> {
  const router = createConnectRouter({
    grpc: false,
    interceptors,
    shutdownSignal: shutdown,
    readMaxBytes: maxMessageBytes,
    acceptCompression: [compressionGzip, compressionBrotli],
    // A misspelt field must not be dropped in silence: it might have been the amount.
    jsonOptions: {
      ignoreUnknownFields: false,
      registry: createRegistry(...services.map(({ service }) => service.file)),
      ...strictUtf8,
    },
    maxTimeoutMs,
  });
  for (const { service, implementation } of services) {
    router.service(service, implementation as Partial<ServiceImpl<DescService>>);
  }
  return new Map(router.handlers.map((handler) => [handler.requestPath, adapt(handler, logger, maxMessageBytes)]));
}

function adapt(handler: UniversalHandler, logger: Logger, maxBytes: number): RpcHandler {
  const requestTooLarge = tooLargeReply(maxBytes);
  return async (request, response, remoteAddress) => {
    // What interceptors never see is logged here; nothing of the request but who and where.
    const refuse = (refusal: HttpRouteReply) => {
      const { status } = refusal;
      logger.info({ path: handler.requestPath, status, remote_address: remoteAddress || undefined }, 'refused');
      sendReply(response, refusal);
    };
    const enveloped = /^application\/(grpc-web|connect\+)/.test(request.headers['content-type'] ?? '');
    const maxBodyBytes = enveloped ? maxBytes + ENVELOPE_BYTES : maxBytes;
    if (!enveloped && Number(request.headers['content-length'] ?? 0) > maxBytes) return refuse(requestTooLarge);
    const received: Buffer[] = [];
    const contextValues = createContextValues()
      .set(remoteAddressKey, remoteAddress)
      .set(malformedFieldKey, () => malformedFieldIn(received, handler.method));
    let tooLarge = false;
    const body = pass(boundedBody(request, maxBodyBytes), received, () => {
      tooLarge = true;
    });
    const universal = universalOf(request, response, contextValues);
    if (universal === undefined) return refuse(unreadableTarget);
    try {
      const reply = await handler({ ...universal, body });
      // In envelopes an error comes in one too, which is the library's to make: nobody there reads a body of JSON.
      if (tooLarge && !enveloped) return refuse(requestTooLarge);
      const called = contextValues.get(correlationIdKey) !== '';
      const refusal = called
        ? undefined
        : await explain(reply, handler.method, request, contextValues, requestTooLarge);
      if (refusal === undefined) await universalResponseToNodeResponse(reply, response);
      else refuse(refusal);
    } catch (error) {
      // The caller went away: there is nobody to answer.
      if (ConnectError.from(error).code === Code.Aborted || response.destroyed) return;
      logger.error({ err: error, path: handler.requestPath }, 'the reply could not be written');
      response.destroy();
    }
  };
}

/** The request as Connect takes it; undefined when its Host or target is no part of any URL. */
function universalOf(request: IncomingMessage, response: ServerResponse, contextValues: ContextValues) {
  try {
    return universalRequestFromNodeRequest(request, response, undefined, contextValues);
  } catch {
    return undefined;
  }
}

async function* pass(
  source: AsyncIterable<Buffer>,
  received: Buffer[],
  onError: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      received.push(chunk);
      yield chunk;
    }
  } catch (error) {
    onError();
    if (error instanceof BodyTooLarge) throw new ConnectError(error.message, Code.ResourceExhausted);
    throw error;
  }
}

function tooLargeReply(maxBytes: number): HttpRouteReply {
  const message = `The request is larger than ${maxBytes} bytes.`;
  return errorReply(413, wireError(Code.ResourceExhausted, 'REQUEST_TOO_LARGE', message));
}

const unreadableTarget = errorReply(
  400,
  wireError(Code.InvalidArgument, 'UNREADABLE_REQUEST', 'The Host header or the request target is not valid.'),
);

/** Gives a refusal made before any interceptor ran the shape and the reason that every other error has. */
async function explain(
  reply: UniversalServerResponse,
  method: DescMethod,
  request: IncomingMessage,
  contextValues: ContextValues,
  requestTooLarge: HttpRouteReply,
): Promise<HttpRouteReply | undefined> {
  // A GET without what Connect's own GET has is somebody looking at a path of ours.
  const status = reply.status === 415 && request.method === 'GET' ? 405 : reply.status;
  switch (status) {
    case 405: {
      const message = `${method.name} is called by POST, with ${formOf(method)}.`;
      return errorReply(405, wireError(Code.Unimplemented, 'METHOD_NOT_ALLOWED', message), { allow: 'POST' });
    }
    case 415: {
      const given = (request.headers['content-type'] ?? '').slice(0, 100);
      const message = `${method.name} is called with ${formOf(method)}, not "${given}".`;
      return errorReply(415, wireError(Code.InvalidArgument, 'UNSUPPORTED_CONTENT_TYPE', message));
    }
    default:
      return reply.header?.get('content-type') === 'application/json'
        ? explainJson(reply, contextValues, requestTooLarge)
        : undefined;
  }
}

/** How a request of the method is written, for somebody who writes one by hand. */
function formOf({ methodKind }: DescMethod): string {
  return methodKind === 'unary'
    ? 'content-type: application/json (or application/proto)'
    : 'content-type: application/connect+json (or application/connect+proto), because its answer is a stream: each ' +
        'message behind five bytes, a zero and its length as a 32-bit big-endian number';
}

async function explainJson(
  reply: UniversalServerResponse,
  contextValues: ContextValues,
  requestTooLarge: HttpRouteReply,
): Promise<HttpRouteReply> {
  const body = await readAllBytes(reply.body ?? createAsyncIterable([]), Number.MAX_SAFE_INTEGER);
  const error = errorFromJsonBytes(body, undefined, new ConnectError('it cannot be read', Code.InvalidArgument));
  switch (error.code) {
    case Code.ResourceExhausted:
      return requestTooLarge;
    case Code.InvalidArgument:
      return errorReply(400, malformed(error.rawMessage, contextValues.get(malformedFieldKey)()));
    case Code.Internal:
    case Code.Unknown:
      // Nothing of ours has run yet: these are bytes that do not unpack, or unpack to no message.
      return errorReply(400, malformed('its bytes cannot be read'));
    default:
      return errorReply(reply.status, wireError(error.code, reasonFor(error.code), error.rawMessage));
  }
}
