import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Code } from '@connectrpc/connect';
import { codeToHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { Logger } from '../logger.ts';
import type { RpcHandler } from './connect-adapter.ts';
import {
  BodyTooLarge,
  errorReply,
  type HttpRoute,
  jsonReply,
  notServedReply,
  readBody,
  sendReply,
} from './http-routes.ts';
import { listenError } from './listen-error.ts';
import type { Readiness } from './readiness.ts';
import { remoteAddress } from './remote-address.ts';
import { toWireError, wireError } from './wire-error.ts';

export interface HttpServerOptions {
  readonly rpcs: ReadonlyMap<string, RpcHandler>;
  readonly routes: readonly HttpRoute[];
  readonly readiness: Readiness;
  readonly logger: Logger;
  /** How many proxies in front of us append to X-Forwarded-For. */
  readonly trustedProxyHops: number;
}

// An API answers no browser page: nothing here may be framed, sniffed, cached or run.
const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The HTTP/1.1 port: RPCs by path, plain routes, `/healthz` and `/readyz`. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #routes: ReadonlyMap<string, HttpRoute>;
  readonly #inFlight = new Set<ServerResponse>();
  // Node's own list of idle connections lacks those that never asked anything.
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Longer than the 60 s after which common load balancers drop an idle connection, so that they do it first.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
    },
    (request, response) => void this.handle(request, response),
  );

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#routes = new Map(options.routes.map((route) => [route.path, route]));
    this.#server.on('clientError', refuseUnreadable);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Whether `path` is answered here by anything but 404. */
  serves(path: string): boolean {
    return this.#options.rpcs.has(path) || this.#routes.has(path);
  }

  /** Answers one request; also for a server that is not ours. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight.add(response);
    response.once('close', () => {
      this.#inFlight.delete(response);
      // Answered before its body was read: what still comes must be let past, or the connection never becomes idle.
      request.resume();
      if (this.#options.readiness.draining && this.#sockets.has(request.socket)) request.socket.destroySoon();
    });
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (this.#options.readiness.draining) response.setHeader('connection', 'close');
    try {
      await this.#dispatch(request, response);
    } catch (error) {
      // The caller went away before its body was here: that is nobody's fault, and there is nobody to answer.
      if (error === request.errored) return;
      const known = toWireError(error);
      if (known !== undefined) return sendReply(response, errorReply(codeToHttpStatus(known.code), known));
      this.#options.logger.error({ err: error, path: pathOf(request) }, 'unexpected error');
      if (response.headersSent) response.destroy();
      else sendReply(response, errorReply(500, wireError(Code.Internal, 'INTERNAL', 'Internal error.')));
    }
  }

  async #dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const address = remoteAddress(request, this.#options.trustedProxyHops);
    const rpc = this.#options.rpcs.get(path);
    if (rpc !== undefined) return rpc(request, response, address);
    if (path === '/healthz') return sendReply(response, jsonReply(200, { status: 'ok' }));
    if (path === '/readyz') {
      const ready = await this.#options.readiness.check();
      return sendReply(response, jsonReply(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' }));
    }
    const route = this.#routes.get(path);
    if (route === undefined) {
      return sendReply(response, notServedReply(`Nothing is served at ${path.slice(0, 200)}.`));
    }
    if (request.method !== route.method && !(request.method === 'HEAD' && route.method === 'GET')) {
      const error = wireError(Code.Unimplemented, 'METHOD_NOT_ALLOWED', `${route.path} is called by ${route.method}.`);
      return sendReply(response, errorReply(405, error, { allow: route.method }));
    }
    await answer(route, request, response, address);
  }

  /** Listens; returns the port. Throws a sentence naming the port when it is taken. */
  async start(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError('HTTP', host, port, error)));
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Takes no new connections, waits up to `deadlineMs` for requests in flight, then destroys what is left. */
  async stop(deadlineMs: number, atDeadline: () => void): Promise<void> {
    for (const response of this.#inFlight) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const busy = new Set([...this.#inFlight].map((response) => response.req.socket));
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    const timer = setTimeout(() => {
      atDeadline();
      // One turn of the loop for handlers that listen to their signal to answer.
      setImmediate(() => {
        for (const socket of this.#sockets) socket.destroy();
      });
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
  }
}

async function answer(
  route: HttpRoute,
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
): Promise<void> {
  try {
    const rawBody = await readBody(request, route.maxBodyBytes);
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    sendReply(response, await route.handle({ headers: request.headers, query, rawBody, remoteAddress: address }));
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    sendReply(response, errorReply(413, wireError(Code.ResourceExhausted, 'REQUEST_TOO_LARGE', error.message)));
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** What is not HTTP, or came too slowly, never reaches a handler; Node's own answer would have no body. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request came too slowly.']
        : ['400 Bad Request', 'This is not HTTP.'];
  const { body } = errorReply(400, wireError(Code.InvalidArgument, 'UNREADABLE_REQUEST', message));
  // The other side may keep its half open for ever; a server that stops would wait for it.
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body?.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
