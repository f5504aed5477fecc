import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Code, type ConnectError } from '@connectrpc/connect';
import { errorToJson } from '@connectrpc/connect/protocol-connect';
import { maxMessageBytes } from './limits.ts';
import { wireError } from './wire-error.ts';

export interface HttpRouteRequest {
  readonly headers: IncomingHttpHeaders;
  /** What follows the `?`. */
  readonly query: URLSearchParams;
  /** The body as it came, byte for byte: signatures are made over it. */
  readonly rawBody: Buffer;
  readonly remoteAddress: string;
}

export interface HttpRouteReply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** A plain HTTP endpoint beside the RPCs: a webhook, published keys. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  /** The exact path. */
  readonly path: string;
  /** Larger bodies are refused with 413; 1 MiB unless given. */
  readonly maxBodyBytes?: number;
  handle(request: HttpRouteRequest): Promise<HttpRouteReply>;
}

/** A reply of JSON that no cache keeps. */
export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): HttpRouteReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** An error in the JSON form Connect gives it; clients of it read the code, whatever the status. */
export function errorReply(status: number, error: ConnectError, headers: OutgoingHttpHeaders = {}): HttpRouteReply {
  return jsonReply(status, errorToJson(error, undefined), headers);
}

/** For a path at which nothing is. */
export function notServedReply(message: string): HttpRouteReply {
  return errorReply(404, wireError(Code.Unimplemented, 'NOT_SERVED', message));
}

export function sendReply(response: ServerResponse, { status, headers, body }: HttpRouteReply): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body as string);
  response.writeHead(status, { ...headers, 'content-length': bytes.byteLength });
  response.end(bytes);
}

/** Thrown by `boundedBody` at the first byte too many. */
export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes.`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * The body in chunks, up to `maxBytes`. Leaving early does not destroy the socket, as Node's own iterator would:
 * the client is to read the answer that says why.
 */
export async function* boundedBody(request: IncomingMessage, maxBytes = maxMessageBytes): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
    yield chunk as Buffer;
  }
}

export async function readBody(request: IncomingMessage, maxBytes?: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of boundedBody(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
