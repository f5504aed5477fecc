import { Agent, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { Code } from '@connectrpc/connect';
import { errorReply, sendReply } from '@finflow/chassis/rpc/http-routes';
import { normalizeAddress } from '@finflow/chassis/rpc/remote-address';
import { wireError } from '@finflow/chassis/rpc/wire-error';

/** What concerns one connection and not the request, and `expect`, which the server in front has answered. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
const FORWARDED_FOR = 'x-forwarded-for';

export interface ProxyOptions {
  /** What the service is called in the answer that it is away. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Hands requests to a service of another process: bodies and answers flow as they come, both ways, and who goes away on
 * one side is gone on the other. While the service is away, the answer is Connect's `unavailable`.
 */
export function proxyTo({
  name,
  host,
  port,
}: ProxyOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const agent = new Agent({ keepAlive: true });
  return (request, response) => {
    const { method, url: path } = request;
    const passed = forward({ agent, host, port, method, path, headers: headersFor(request) });
    passed.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutConnection(answer.rawHeaders));
      response.flushHeaders();
      answer.pipe(response);
      // Cut short: whoever reads must not take what came for the whole.
      answer.on('error', () => response.destroy());
      answer.once('close', () => {
        if (!answer.complete) response.destroy();
      });
    });
    passed.on('error', () => {
      // What still comes of the body has nowhere to go; unread, it would keep the sender from reading the answer.
      request.unpipe(passed);
      request.resume();
      sendReply(response, errorReply(503, wireError(Code.Unavailable, 'SERVICE_RESTARTING', away(name))));
    });
    response.once('close', () => {
      if (!response.writableFinished) passed.destroy();
    });
    request.pipe(passed);
  };
}

function away(name: string): string {
  return `${name} is being started again and is back in a moment: repeat the request, with the same request_id.`;
}

/** Names and values in turn, as they came, with the sender's address behind those of the proxies before us. */
function headersFor(request: IncomingMessage): string[] {
  const seen = request.headers[FORWARDED_FOR];
  const address = normalizeAddress(request.socket.remoteAddress ?? '');
  const headers = withoutConnection(request.rawHeaders).filter(
    (_, index, all) => all[index - (index % 2)]?.toLowerCase() !== FORWARDED_FOR,
  );
  headers.push(FORWARDED_FOR, seen === undefined ? address : `${String(seen)}, ${address}`);
  // How the body ends is the one thing about the connection that the next one must be told again.
  if (request.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  return headers;
}

function withoutConnection(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !OF_THE_CONNECTION.has(rawHeaders[index - (index % 2)]?.toLowerCase() ?? ''));
}
